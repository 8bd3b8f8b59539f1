/** What must be undone however a round ends: processes, mounts, folders. Everything in it is synchronous. */
export class Cleanup {
  private static readonly open = new Set<Cleanup>();
  private readonly undos: (() => void)[] = [];

  constructor() {
    Cleanup.open.add(this);
  }

  /** Registers what `run` does, the latest first. */
  defer(undo: () => void): void {
    this.undos.push(undo);
  }

  /** Undoes everything, also when one step throws; throws the first failure at the end. */
  run(): void {
    const failures: unknown[] = [];
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) {
      try {
        undo();
      } catch (failure) {
        failures.push(failure);
      }
    }
    Cleanup.open.delete(this);
    if (failures.length > 0) throw failures[0];
  }

  /** Undoes all that is open when the process ends early: by a signal, or by an error nobody caught. */
  static runAllOnExit(): void {
    const runAll = () => {
      for (const cleanup of Cleanup.open) cleanup.run();
    };
    process.on("exit", runAll);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => process.exit(130));
    }
  }
}
