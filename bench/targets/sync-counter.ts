import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./workspace.ts";

/** Counts the fsyncs of a process through a preloaded library; can also slow each of them down. */
export class SyncCounter {
  /** The environment that arms the process. */
  readonly env: Record<string, string>;
  private readonly counterPath: string;

  private constructor(libraryPath: string, counterPath: string, delayMs: number) {
    this.counterPath = counterPath;
    this.env = {
      LD_PRELOAD: libraryPath,
      PARLEY_BENCH_SYNC_FILE: counterPath,
      PARLEY_BENCH_SYNC_DELAY_US: String(Math.round(delayMs * 1000)),
    };
  }

  /** Compiles the library with `cc`; undefined where there is no compiler. */
  static build(workspace: Workspace, delayMs = 0): SyncCounter | undefined {
    const compiler = Bun.which("cc");
    if (compiler === null) return undefined;
    const libraryPath = workspace.fresh("sync-counter.so");
    const source = join(import.meta.dir, "sync-counter.c");
    const built = Bun.spawnSync([compiler, "-O2", "-shared", "-fPIC", "-o", libraryPath, source, "-ldl"]);
    if (built.exitCode !== 0) throw new Error(`cc could not build ${source}:\n${built.stderr.toString()}`);
    const counterPath = workspace.fresh("syncs");
    writeFileSync(counterPath, Buffer.alloc(8));
    return new SyncCounter(libraryPath, counterPath, delayMs);
  }

  /** fsync and fdatasync calls since the process started. */
  read(): number {
    return Number(readFileSync(this.counterPath).readBigUInt64LE(0));
  }
}
