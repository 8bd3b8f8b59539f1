import { AppError } from "../errors.ts";
import type { Log, LogFields } from "../log.ts";

/** A value that is JSON already. It may stand for all of an answer's data, or for one of its fields. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The core dialect's success. */
export function successBody(data: unknown): string {
  return `{"success":true,"data":${jsonOf(data)}}`;
}

function jsonOf(data: unknown): string {
  if (data instanceof JsonText) return data.text;
  if (!isRecord(data) || !Object.values(data).some((value) => value instanceof JsonText)) {
    return JSON.stringify(data);
  }
  let fields = "";
  for (const [name, value] of Object.entries(data)) {
    // Joining a list instead would copy a long text twice.
    if (value !== undefined) fields += `${fields === "" ? "" : ","}${JSON.stringify(name)}:${jsonOf(value)}`;
  }
  return `{${fields}}`;
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** A success that is only words. */
export function messageBody(message: string): string {
  return JSON.stringify({ success: true, message });
}

/** The core dialect's failure. */
export function failureBody(error: AppError, requestId: string): string {
  return JSON.stringify({
    success: false,
    error: {
      code: error.code,
      message: error.message,
      request_id: requestId,
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(error.retryAfter === undefined ? {} : { retry_after: error.retryAfter }),
    },
  });
}

/** What a stranger may know of an error: its own words if it is an AppError, else nothing. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("INTERNAL_ERROR", "Something went wrong on the server. It has been logged.", {
    cause: error,
  });
}

/**
 * Notes what was no fault of the caller's: a defect of ours with its stack, at once; that something is busy, missing
 * or away with its reason only, since it may be said to many at a time.
 */
export function logFailure(log: Log, event: string, thrown: unknown, fields: LogFields): void {
  if (asAppError(thrown).status < 500) return;
  if (!(thrown instanceof AppError)) log.error(event, { ...fields, error: thrown });
  else {
    const { code, message, cause } = thrown;
    const reason = cause instanceof Error ? { cause: cause.message } : {};
    log.warn(event, { ...fields, code, message, ...reason });
  }
}
