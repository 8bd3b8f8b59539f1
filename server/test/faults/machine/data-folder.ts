import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cleanup } from "./cleanup.ts";

export const databaseFile = "parley.sqlite";

/** An empty folder for one round, removed by its cleanup. */
export function makeRoundFolder(cleanup: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-faults-"));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** SHA-256 of the database and its WAL, to tell whether anything touched them. An empty WAL counts as an absent one. */
export function fingerprint(dataDir: string): string {
  const hash = createHash("sha256");
  for (const name of [databaseFile, `${databaseFile}-wal`]) {
    const file = join(dataDir, name);
    hash.update(sizeOf(file) > 0 ? readFileSync(file) : "").update("|");
  }
  return hash.digest("hex");
}

/** Bytes of a file, 0 when it does not exist. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
