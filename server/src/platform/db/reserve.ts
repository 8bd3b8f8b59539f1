import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const bytes = 16 * 1024 * 1024;
/** Room that must be left beside the reserve before it is taken. */
const marginBytes = 8 * 1024 * 1024;

/**
 * Space set aside on the database's disk. When the disk is full it is given back, so that rows already acknowledged
 * can still reach their tables and be read; it is taken again once there is room.
 */
export class Reserve {
  readonly #file: string;
  #isFilled: boolean;

  constructor(file: string) {
    this.#file = file;
    this.#isFilled = existsSync(file);
  }

  get isFilled(): boolean {
    return this.#isFilled;
  }

  /** Takes the space if it is not taken. Does nothing while there is no room for it. */
  fill(): void {
    if (this.#isFilled) return;
    const { bavail, bsize } = statfsSync(dirname(this.#file));
    if (bavail * bsize < bytes + marginBytes) return;
    const handle = openSync(this.#file, "w", 0o600);
    try {
      const block = Buffer.alloc(1024 * 1024);
      for (let written = 0; written < bytes; ) {
        const count = writeSync(handle, block);
        if (count === 0) throw new Error("nothing could be written");
        written += count;
      }
      this.#isFilled = true;
    } catch {
      rmSync(this.#file, { force: true });
    } finally {
      closeSync(handle);
    }
  }

  /** True if there was space to give back. */
  release(): boolean {
    if (!this.#isFilled) return false;
    rmSync(this.#file, { force: true });
    this.#isFilled = false;
    return true;
  }
}
