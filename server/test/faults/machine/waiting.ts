/** Asks until the answer is neither null nor false; throws, naming `what`, when it has not come after `limitMs`. */
export async function waitFor<T>(
  what: string,
  limitMs: number,
  ask: () => T | null | false | Promise<T | null | false>,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() - start > limitMs) throw new Error(`${what}: not within ${limitMs} ms`);
    await Bun.sleep(10);
  }
}

/** The promise's value, or null when it has none after `limitMs`. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
