import { constants, Database as Handle } from "bun:sqlite";
import {
  accessSync,
  closeSync,
  existsSync,
  constants as fileModes,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";

/** A database file that must not be used; `message` says what to do, and the file was left as it is. */
export class DatabaseRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DatabaseRefused";
  }
}

/** Older versions could damage a WAL that two connections reset at once. */
const leastVersion = [3, 51, 3] as const;

/** So long a statement blocks the thread for a lock; whoever can wait without that tries again. */
const lockPatienceMs = 5;

/** A thread of ours that was just told to end may be in the middle of a question. */
const readersPatienceMs = 1_000;

const magic = "SQLite format 3\0";
/** «PRLY», in the header of every database of ours. */
export const applicationId = 0x50524c59;
const applicationIdOffset = 68;

/**
 * Opens the file with the settings that durability rests on, checks that they hold, and looks for damage first. While
 * it is open a marker file stands beside it; after a crash the marker says that a write-ahead log must be there too.
 * @throws DatabaseRefused if the file is damaged, foreign or unreadable, or SQLite is too old. It is left as it was.
 */
export function openSqlite(file: string, synchronous: "FULL" | "NORMAL"): Handle {
  try {
    const isNew = !existsSync(file) || statSync(file).size === 0;
    requireWritable(file);
    if (!isNew) requireOurs(file);
    else closeSync(openSync(file, "a", 0o600));
    const handle = new Handle(file, { create: true, readwrite: true });
    // Whoever is last to close, however this process ends: the log stays. A process that exits closes its handles, and
    // after a failed sync the checkpoint of that moment must not be what is left, nor a marker without its log.
    handle.fileControl(constants.SQLITE_FCNTL_PERSIST_WAL, 1);
    requireVersion(handle);
    if (isNew) handle.run(`pragma application_id = ${applicationId}`);
    applySettings(handle, synchronous);
    // Reading opens the write-ahead log, so that the marker never stands alone.
    handle.query("select count(*) from sqlite_schema").get();
    if (existsSync(`${file}-wal`)) writeFileSync(markerOf(file), "", { mode: 0o600 });
    return handle;
  } catch (error) {
    if (error instanceof DatabaseRefused) throw error;
    throw new DatabaseRefused(describeOpenFailure(file, error), { cause: error });
  }
}

/**
 * Moves everything into the one file and takes the marker away, so that the database can be closed. If that fails, or
 * another process still reads after a second, the marker stays, and the write-ahead log with it.
 */
export function sealSqlite(handle: Handle): void {
  handle.run(`pragma busy_timeout = ${readersPatienceMs}`);
  const result = handle.query("pragma wal_checkpoint(truncate)").get() as { busy: number } | null;
  if (result?.busy !== 0) return;
  rmSync(markerOf(handle.filename), { force: true });
  handle.fileControl(constants.SQLITE_FCNTL_PERSIST_WAL, 0);
}

export function markerOf(file: string): string {
  return `${file}.open`;
}

function applySettings(handle: Handle, synchronous: "FULL" | "NORMAL"): void {
  const settings: [string, string | number, string | number][] = [
    ["busy_timeout", lockPatienceMs, lockPatienceMs],
    ["journal_mode", "wal", "wal"],
    ["synchronous", synchronous, synchronous === "FULL" ? 2 : 1],
    ["foreign_keys", "on", 1],
    ["trusted_schema", "off", 0],
    ["mmap_size", 0, 0],
    ["cache_size", -32_768, -32_768],
    ["temp_store", "memory", 2],
    ["wal_autocheckpoint", 0, 0],
  ];
  for (const [name, value, expected] of settings) {
    handle.run(`pragma ${name} = ${value}`);
    const row = handle.query(`pragma ${name}`).get() as Record<string, unknown> | null;
    const got = row === null ? 0 : Object.values(row)[0];
    if (got !== expected) throw new DatabaseRefused(`SQLite refused «${name} = ${value}» (it is ${got}).`);
  }
}

/** SQLite opens a file that it may not write for reading, without a word. @throws the file system's error. */
function requireWritable(file: string): void {
  for (const end of ["", "-wal", "-shm"]) {
    const part = `${file}${end}`;
    if (existsSync(part)) accessSync(part, fileModes.R_OK | fileModes.W_OK);
  }
}

/** Reads only: a file that is refused must be as it was. */
function requireOurs(file: string): void {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, "r");
  const size = readSync(descriptor, header, 0, header.length, 0);
  closeSync(descriptor);
  if (size < header.length || header.toString("latin1", 0, magic.length) !== magic) {
    throw new DatabaseRefused(`${file} is not a database, or its beginning is damaged. ${remedy}`);
  }
  if (header.readUInt32BE(applicationIdOffset) !== applicationId) {
    throw new DatabaseRefused(`${file} is not a Parley database. ${remedy}`);
  }
  if (existsSync(markerOf(file)) && !existsSync(`${file}-wal`)) {
    const message = `The write-ahead log ${file}-wal is missing, and with it the latest messages. Put it back; or, to go on without them, delete ${markerOf(file)} and start again.`;
    throw new DatabaseRefused(message);
  }
  const hadLog = existsSync(`${file}-wal`);
  try {
    requireWhole(file);
  } finally {
    // Reading makes an empty log where there was none.
    if (!hadLog) for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
  }
}

function requireWhole(file: string): void {
  const reader = new Handle(file, { readonly: true });
  try {
    const check = reader.prepare("pragma quick_check(1)");
    const rows = check.all() as Record<string, string>[];
    check.finalize();
    const verdict = Object.values(rows[0] ?? {})[0];
    if (verdict !== "ok")
      throw new DatabaseRefused(`The database ${file} is damaged (${verdict}). ${remedy}`);
  } finally {
    reader.close();
  }
}

function requireVersion(handle: Handle): void {
  const { version } = handle.query("select sqlite_version() as version").get() as { version: string };
  const parts = version.split(".").map(Number);
  for (const [index, least] of leastVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least)
      throw new DatabaseRefused(`SQLite ${version} is too old; at least ${leastVersion.join(".")}.`);
  }
}

const remedy =
  "It was left as it is. Put it aside and run «npm run parley -- restore FILE» with your latest backup.";

function describeOpenFailure(file: string, error: unknown): string {
  const code = String((error as { code?: unknown }).code ?? "");
  if (code === "SQLITE_NOTADB") return `${file} is not a Parley database. ${remedy}`;
  if (code.startsWith("SQLITE_CORRUPT")) return `The database ${file} is damaged. ${remedy}`;
  if (/READONLY|CANTOPEN|PERM|IOERR|EACCES|EROFS/.test(code)) {
    return `The database ${file} cannot be opened for writing (${code}). Make its folder, and all that is in it, writable for this user; «npm run parley -- doctor» tells how.`;
  }
  if (code === "SQLITE_FULL") return `The disk that holds ${file} is full. Free some space and start again.`;
  return `The database ${file} cannot be opened: ${error instanceof Error ? error.message : String(error)}`;
}
