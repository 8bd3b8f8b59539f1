import { constants, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesFolderName } from "../server/src/app/open-database.ts";
import { blobPath, DiskBlobs } from "../server/src/platform/blobs/disk-blobs.ts";
import type { Config } from "../server/src/platform/config.ts";
import { syncFile } from "../server/src/platform/db/restore.ts";
import { SqliteReader } from "../server/src/platform/db/sqlite-reader.ts";
import { across } from "../server/src/platform/db/tenant-fence.ts";
import { CommandFailed } from "./command.ts";
import { inWords } from "./quantity.ts";

/** What became of the files that a database knows. */
export interface FilesTally {
  copied: number;
  bytes: number;
  /** Those of which there are no bytes. */
  missing: number;
}

/** Where the files of a backup are: in a folder beside it, laid out as in the data folder. */
export function filesBeside(backup: string): string {
  return `${backup}.files`;
}

/** Copies what a copy of the database knows of, all or nothing. No folder is made for none. */
export async function backUpFiles(config: Config, copy: string, folder: string): Promise<FilesTally> {
  const from = join(config.dataDir, filesFolderName);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const tally: FilesTally = { copied: 0, bytes: 0, missing: 0 };
  try {
    for (const { id, size } of await listFiles(copy)) {
      const source = blobPath(from, id);
      if (!existsSync(source)) {
        tally.missing++;
        continue;
      }
      const target = blobPath(partial, id);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      syncFile(target);
      tally.copied++;
      tally.bytes += size;
    }
    if (tally.copied === 0) return tally;
    renameSync(partial, folder);
    syncFile(dirname(folder));
    return tally;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Puts the files of a backup back beside the database that is to take its place, each compared with its hash. Those
 * that are there already stay: a file never changes.
 * @throws CommandFailed for one whose bytes are others.
 */
export async function restoreFiles(config: Config, prepared: string, folder: string): Promise<FilesTally> {
  const to = join(config.dataDir, filesFolderName);
  const blobs = new DiskBlobs(to);
  const tally: FilesTally = { copied: 0, bytes: 0, missing: 0 };
  for (const { id, size, sha256 } of await listFiles(prepared)) {
    const target = blobPath(to, id);
    if (existsSync(target) && statSync(target).size === size) continue;
    const source = blobPath(folder, id);
    if (!existsSync(source)) {
      tally.missing++;
      continue;
    }
    const written = await blobs.write(id, Bun.file(source).stream(), Number.POSITIVE_INFINITY);
    if (written.size !== size || (sha256 !== null && written.sha256 !== sha256)) {
      await blobs.remove(id);
      throw new CommandFailed(`${source} is damaged: its bytes are not those that were stored.`);
    }
    tally.copied++;
    tally.bytes += size;
  }
  return tally;
}

async function listFiles(database: string) {
  const reader = new SqliteReader(database);
  try {
    return await across(reader.query, "upkeep")
      .selectFrom("files")
      .select(["id", "size", "sha256"])
      .where("completed_at", "is not", null)
      .execute();
  } finally {
    reader.close();
  }
}

/** «3 files are missing…», or nothing. */
export function missingInWords({ missing }: FilesTally, advice: string): string[] {
  return missing === 0 ? [] : [`Of ${inWords(missing, "file")} there are no bytes: ${advice}`];
}
