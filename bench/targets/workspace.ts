import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a run started and has to end. */
interface Started {
  kill(): void;
}

/** The temporary folder of one run and the processes it started; both are gone when the run ends. */
export class Workspace {
  readonly path: string;
  /** Time that the servers stopped so far spent waiting for their CPU. */
  secondsHeldUp = 0;
  private readonly running = new Set<Started>();
  private folders = 0;

  constructor(parent = tmpdir()) {
    this.path = mkdtempSync(join(parent, "parley-bench-"));
  }

  /** A path in the folder that nothing uses yet. */
  fresh(name: string): string {
    return join(this.path, `${++this.folders}-${name}`);
  }

  track(process: Started): void {
    this.running.add(process);
  }

  /** Ends at once what a row that failed left running, so that the next row has the machine to itself. */
  killAll(): void {
    for (const process of this.running) process.kill();
    this.running.clear();
  }

  /** Ends what is running and removes the folder. Safe to call twice and in an exit handler. */
  dispose(): void {
    this.killAll();
    rmSync(this.path, { recursive: true, force: true });
  }
}
