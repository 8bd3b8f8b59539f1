/** Waits until the condition holds; rejects after `withinMs`, saying what did not come about. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it did not come to this in time: ${what}`);
    await Bun.sleep(10);
  }
}
