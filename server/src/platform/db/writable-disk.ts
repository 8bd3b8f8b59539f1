import { closeSync, ftruncateSync, openSync } from "node:fs";

/**
 * Asks the file system, after a sync that succeeded, whether it still takes writes.
 *
 * A sync alone does not tell. When ext4 meets an error it aborts its journal and turns read-only; an fdatasync that
 * comes upon the aborted transaction just then answers success, though the file's new length never reached the disk
 * (Linux 6.18: 8 of 120 trials that appended and synced until an error was triggered lost their last record). Setting
 * a file to the length it has needs the same journal and is refused from that moment on: 0 of 240 trials.
 * It takes some 4 µs, changes nothing, and is asked once a commit.
 */
export class WritableDisk {
  readonly #descriptor: number;

  /** `file` is an empty file on the disk in question. */
  constructor(file: string) {
    this.#descriptor = openSync(file, "a");
  }

  /**
   * @param wasWritable whether it took writes before this one. Then the error has the code of a failed sync: what was
   * just written may be lost, and nobody may be told of it.
   * @throws Error with a code of SQLite's.
   */
  requireWritable(wasWritable: boolean): void {
    try {
      ftruncateSync(this.#descriptor, 0);
    } catch (cause) {
      const code = wasWritable ? "SQLITE_IOERR_FSYNC" : "SQLITE_READONLY";
      throw Object.assign(new Error("the file system takes no writes", { cause }), { code });
    }
  }

  takesWrites(): boolean {
    try {
      ftruncateSync(this.#descriptor, 0);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
