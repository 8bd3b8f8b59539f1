export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFields = Record<string, unknown>;

/** JSON lines, one an event. Callers pass ids and field names, never tokens, passwords or message text. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** Writes what is buffered; call before the process ends. */
  flush(): Promise<void>;
}

const flushEveryMs = 100;

/** Logs to stderr. Lines are buffered for up to 100 ms, errors are written at once. */
export function createLog(level: LogLevel): Log {
  const least = logLevels.indexOf(level);
  const writer = Bun.stderr.writer();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const flush = async () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    await writer.flush();
  };
  const write = (name: LogLevel, event: string, fields: LogFields = {}) => {
    if (logLevels.indexOf(name) < least) return;
    const line = { time: new Date().toISOString(), level: name, event, ...withErrorsShown(fields) };
    writer.write(`${JSON.stringify(line)}\n`);
    if (name === "error") void flush();
    else timer ??= setTimeout(() => void flush(), flushEveryMs).unref();
  };
  return {
    debug: (event, fields) => write("debug", event, fields),
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => write("warn", event, fields),
    error: (event, fields) => write("error", event, fields),
    flush,
  };
}

/** JSON shows an Error as {}; the log keeps name, message, code and stack, and those of its cause. */
function withErrorsShown(fields: LogFields): LogFields {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  const shown: LogFields = {};
  for (const [name, value] of Object.entries(fields)) {
    shown[name] = value instanceof Error ? describeError(value) : value;
  }
  return shown;
}

function describeError(error: Error): LogFields {
  const code = (error as { code?: unknown }).code;
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code: String(code) }),
    stack: error.stack,
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  };
}
