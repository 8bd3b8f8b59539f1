import { AppError } from "../errors.ts";
import type { Log, LogFields } from "../log.ts";

const successHead = '{"success":true,"data":';

/** A success whose data is JSON already, put together once however often it is given. */
export class WrittenSuccess {
  readonly body: string;

  /** @param data an object. */
  constructor(data: string) {
    this.body = successOf(data);
  }

  /** The same data with more fields. */
  with(fields: Readonly<Record<string, unknown>>): WrittenSuccess {
    const data = this.body.slice(successHead.length, -"}}".length);
    return new WrittenSuccess(`${data},${JSON.stringify(fields).slice(1)}`);
  }
}

/** The core dialect's success. */
export function successBody(data: unknown): string {
  return data instanceof WrittenSuccess ? data.body : successOf(JSON.stringify(data));
}

function successOf(data: string): string {
  return `${successHead}${data}}`;
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
