import { Database as Handle } from "bun:sqlite";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseRefused } from "./sqlite-open.ts";

/**
 * Takes the data folder for this process. The lock is the operating system's, on a file that SQLite holds open: it
 * ends with the process, however that ends.
 * @returns what gives the folder back.
 * @throws DatabaseRefused if another process has it.
 */
export function lockFolder(folder: string): () => void {
  const owner = join(folder, "lock.pid");
  let handle: Handle;
  try {
    closeSync(openSync(join(folder, "lock"), "a", 0o600));
    handle = new Handle(join(folder, "lock"), { create: true, readwrite: true });
    handle.run("pragma busy_timeout = 0");
    handle.run("begin exclusive");
    writeFileSync(owner, String(process.pid), { mode: 0o600 });
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? "");
    if (code.startsWith("SQLITE_BUSY")) {
      const message = `The data folder ${folder} is in use by another Parley process${readOwner(owner)}. Stop it first, or set PARLEY_DATA_DIR to another folder.`;
      throw new DatabaseRefused(message);
    }
    throw new DatabaseRefused(`The data folder ${folder} cannot be written (${code}). ${remedyOf(code)}`);
  }
  return () => handle.close();
}

function remedyOf(code: string): string {
  if (/FULL|ENOSPC|EDQUOT/.test(code)) return "Free space on its disk.";
  if (code === "EROFS") return "Mount its disk writable.";
  return "Make it, and all that is in it, writable for this user; «npm run parley -- doctor» tells how.";
}

function readOwner(file: string): string {
  try {
    return ` (process ${readFileSync(file, "utf8").trim()})`;
  } catch {
    return "";
  }
}
