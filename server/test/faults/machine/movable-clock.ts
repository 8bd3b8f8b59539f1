import { renameSync, writeFileSync } from "node:fs";
import { clockLibrary } from "./machine-needs.ts";

/** The wall clock of a server under test, moved by writing a file. */
export class MovableClock {
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
    this.moveTo(0);
  }

  /**
   * The environment that puts a server under this clock. `monotonic` says whether its monotonic clock is the
   * machine's own, as it should be, or jumps too, as on a machine that was suspended.
   */
  env(monotonic: "kept" | "jumps" = "kept"): Record<string, string> {
    return {
      LD_PRELOAD: clockLibrary(),
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: monotonic === "kept" ? "1" : "0",
    };
  }

  /** Sets the server's clock to the machine's, plus `seconds`; at once, in every thread. */
  moveTo(seconds: number): void {
    writeFileSync(`${this.file}.next`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    renameSync(`${this.file}.next`, this.file);
  }
}
