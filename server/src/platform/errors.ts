/**
 * Every error code a client can see, with its HTTP status.
 * Surfaces turn an `AppError` into their own dialect in one place each.
 */
export const errorStatus = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  INVALID_CREDENTIALS: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_REUSED: 401,
  INVALID_PASSWORD: 401,
  TWO_FACTOR_REQUIRED: 401,
  FORBIDDEN: 403,
  BANNED: 403,
  CSRF_FAILED: 403,
  EDIT_WINDOW_CLOSED: 403,
  NOT_FOUND: 404,
  SETTING_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  ACCOUNT_LOCKED: 423,
  RATE_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  PROVIDER_UNAVAILABLE: 502,
  UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** For whoever writes a client; a code without a line here does not compile. */
export const errorMeaning: Record<ErrorCode, string> = {
  VALIDATION_ERROR: "The request is malformed; `details` names each field. Sending it again changes nothing.",
  UNAUTHORIZED: "There is no token, or it is not valid, or its session has ended. Sign in.",
  INVALID_CREDENTIALS: "Sign-in: the name or the password is wrong; it does not say which.",
  TOKEN_EXPIRED: "The token has ended. An access token: refresh it. A refresh token: sign in.",
  TOKEN_REUSED: "A refresh token came a second time, so its session was ended. Sign in.",
  INVALID_PASSWORD: "The current password given for a change is wrong.",
  TWO_FACTOR_REQUIRED: "Sign-in: the password is right; send it again with `code` or `recovery_code`.",
  FORBIDDEN: "The caller may not do this, or is not in the conversation.",
  BANNED: "The account is banned; the message says why and until when.",
  CSRF_FAILED:
    "A request of a cookie session lacks its `X-CSRF-Token`, or does not come from the server's own pages.",
  EDIT_WINDOW_CLOSED: "The message is too old to be edited.",
  NOT_FOUND: "There is no such path or thing, or it belongs to another organization.",
  SETTING_NOT_FOUND: "The caller has no such setting.",
  METHOD_NOT_ALLOWED: "The path exists, the method does not; `Allow` lists those that do.",
  CONFLICT: "Something taken, or a state that does not allow this; `details` names it.",
  PAYLOAD_TOO_LARGE: "The body is over its size.",
  UNSUPPORTED_MEDIA_TYPE: "The body is not declared as plain JSON.",
  ACCOUNT_LOCKED:
    "Too many wrong passwords or codes; wait `retry_after` seconds. The right one does not help before.",
  RATE_LIMIT_EXCEEDED: "Too many; wait `retry_after` seconds.",
  INTERNAL_ERROR: "A fault of the server. Its log has it under the answer's `request_id`.",
  PROVIDER_UNAVAILABLE: "The AI provider is down, silent or refuses. What was sent is kept; try again later.",
  UNAVAILABLE:
    "Not now: the database is busy, full or away, or the server stops. Try again after `retry_after` seconds.",
};

/** One fault of a request: `path` is dotted («participant_ids.0»), `message` is for a person. */
export interface FieldFault {
  path: string;
  message: string;
}

interface AppErrorOptions {
  details?: FieldFault[];
  /** Whole seconds after which a retry makes sense. */
  retryAfter?: number;
  headers?: Record<string, string>;
  /** Private: logged, never sent. */
  cause?: unknown;
}

/** An answer that a client should see. Anything else that is thrown becomes INTERNAL_ERROR. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: FieldFault[] | undefined;
  readonly retryAfter: number | undefined;
  readonly headers: Record<string, string> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details;
    this.retryAfter = options.retryAfter;
    this.headers = options.headers;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}

/** 400 that names one or more fields. */
export function validationError(...details: FieldFault[]): AppError {
  const [first] = details;
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : "";
  const message =
    first === undefined ? "The request is not valid." : `${first.path}: ${first.message}${more}`;
  return new AppError("VALIDATION_ERROR", message, { details });
}

/** 404 with the same words whether the thing is absent or belongs to another organization. */
export function notFound(what: string): AppError {
  return new AppError("NOT_FOUND", `No such ${what}.`);
}

export function forbidden(message: string): AppError {
  return new AppError("FORBIDDEN", message);
}

/** 409 that names the field or state in the way. */
export function conflict(path: string, message: string): AppError {
  return new AppError("CONFLICT", message, { details: [{ path, message }] });
}

export function unauthorized(message = "Sign in: send «Authorization: Bearer <access_token>»."): AppError {
  return new AppError("UNAUTHORIZED", message);
}

/** 503: nothing was done; the same request may be sent again after `retryAfter` seconds. */
export function unavailable(message: string, retryAfter = 1, cause?: unknown): AppError {
  return new AppError("UNAVAILABLE", message, { retryAfter, cause });
}
