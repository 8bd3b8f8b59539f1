import { ConfigError } from "../server/src/platform/config.ts";
import { AppError } from "../server/src/platform/errors.ts";
import { UsageError } from "./command.ts";

/** Exit codes: 2 for a call that cannot be understood, 78 (EX_CONFIG) for a configuration, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return error instanceof ConfigError ? 78 : 1;
}

/** A failure in words, never a stack. */
interface Explanation {
  what: string;
  /** What a person does about it, where that is known. */
  mend: string | null;
}

/** What a person needs to know of a failure and what to do: one line, or one a fault of the configuration. */
export function describeFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.faults.join("\n");
  const { what, mend } = explain(error);
  return mend === null ? what : `${what} ${mend}`;
}

export function explain(error: unknown): Explanation {
  return (
    explainAddress(error) ??
    explainDatabase(error) ??
    explainFile(error) ?? { what: plain(error), mend: null }
  );
}

/** What `Bun.serve` refuses; for a host name that leads nowhere its code means nothing. */
function explainAddress(error: unknown): Explanation | undefined {
  if ((error as { syscall?: unknown } | null)?.syscall !== "listen") return undefined;
  const { PORT: port = "8080", HOST: host = "127.0.0.1" } = process.env;
  const code = codeOf(error);
  if (code === "EADDRINUSE") {
    return {
      what: `PORT=${port} is in use by another program.`,
      mend: "Stop that program, or set PORT to a free port (0 picks one).",
    };
  }
  if (code === "EACCES") {
    return { what: `PORT=${port} needs rights that this user lacks.`, mend: "Set PORT to 1024 or above." };
  }
  return {
    what: `HOST=${host} cannot be listened on (${code}).`,
    mend: "Set HOST to an address of this machine, such as 127.0.0.1 or 0.0.0.0.",
  };
}

const refusedByPostgres: Record<string, string> = {
  "28P01": "Correct the user and password in DATABASE_URL.",
  "28000": "Allow this user in pg_hba.conf, or correct DATABASE_URL.",
  "3D000": "Make the database with createdb, or correct DATABASE_URL.",
  "42501": "Make the user of DATABASE_URL the owner of the database.",
  "53300": "Raise max_connections of PostgreSQL.",
};

function explainDatabase(error: unknown): Explanation | undefined {
  const cause = error instanceof AppError ? (error.cause ?? error) : error;
  const code = codeOf(cause);
  const mend = refusedByPostgres[code];
  if (mend !== undefined) return { what: `PostgreSQL refused: ${plain(cause)}.`, mend };
  if (code === "SQLITE_FULL") return { what: "The disk is full.", mend: "Free some space and run it again." };
  if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") return undefined;
  if (code.startsWith("SQLITE_")) return { what: `${error.message} (${code})`, mend: null };
  return {
    what: `The database of DATABASE_URL does not answer (${plain(cause)}).`,
    mend: "Start PostgreSQL, or correct DATABASE_URL.",
  };
}

function explainFile(error: unknown): Explanation | undefined {
  const { syscall, path } = error as { syscall?: unknown; path?: unknown };
  if (typeof syscall !== "string" || typeof path !== "string") return undefined;
  if (codeOf(error) === "EROFS")
    return { what: `${path} lies on a read-only disk.`, mend: "Mount it writable." };
  if (syscall !== "mkdir") return { what: `${path}: ${plain(error)}`, mend: null };
  return {
    what: `The folder ${path} cannot be made (${codeOf(error)}).`,
    mend: "Set PARLEY_DATA_DIR to a folder that this user may write.",
  };
}

/** The error's own words on one line; of several causes (as of a refused connection) the first one's. */
function plain(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return plain(error.errors[0]);
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
