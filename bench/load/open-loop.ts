/** Calls `send(n)` for n = 0, 1, 2 … at a steady rate, whatever happened to the earlier ones. */
export async function sendSteadily(
  perSecond: number,
  seconds: number,
  send: (n: number) => void,
): Promise<void> {
  const total = Math.round(perSecond * seconds);
  const start = performance.now();
  let sent = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * perSecond) + 1);
        while (sent < due) send(sent++);
      } catch (error) {
        clearInterval(timer);
        reject(error);
        return;
      }
      if (sent < total) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
}
