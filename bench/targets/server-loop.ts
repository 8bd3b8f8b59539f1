import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../run.ts";

/** What a server under test says of its event loop, see `loop-clock.ts`. */
export interface LoopTimes {
  /** The longest that a turn came too late. */
  loopGapMs: number;
  /** The most that the main thread computed between two turns. */
  loopCpuMs: number;
}

/** The clock in the server's process, from its start on. */
export class ServerLoop {
  readonly #file: string;

  constructor(run: Run) {
    this.#file = run.workspace.fresh("loop");
  }

  /** For `Parley.start`, beside the server's own environment. */
  optionsWith(env: Record<string, string> = {}) {
    return {
      runtimeArguments: ["--preload", join(import.meta.dir, "loop-clock.ts")],
      env: { ...env, PARLEY_BENCH_LOOP_FILE: this.#file },
    };
  }

  /** A new round: what was before is forgotten. */
  async begin(): Promise<void> {
    rmSync(this.#file, { force: true });
    await Bun.sleep(300);
  }

  /** What the loop did since `begin`. */
  async end(): Promise<LoopTimes> {
    await Bun.sleep(300);
    const [loopGapMs, loopCpuMs] = readFileSync(this.#file, "utf8").split(" ").map(Number);
    return { loopGapMs: loopGapMs ?? Number.NaN, loopCpuMs: loopCpuMs ?? Number.NaN };
  }
}
