import type { ErrorCode } from "../../../server/src/contract.ts";

/** What goes wrong without the server saying so; `status` is 0 then. */
export type LocalErrorCode =
  /** No answer came. The request may have been carried out. */
  | "NETWORK_ERROR"
  /** No answer came in time. The request may have been carried out. */
  | "TIMEOUT"
  /** The caller's signal ended the request. */
  | "ABORTED"
  /** An answer came that is not Parley's: a proxy's page, say. */
  | "BAD_ANSWER"
  /** The client was called in a way that cannot work. */
  | "MISUSE"
  /** There is no session, or it has ended: sign in. */
  | "SIGNED_OUT";

export type ParleyErrorCode = ErrorCode | LocalErrorCode;

/** One fault of a request: `path` is dotted («participant_ids.0»). */
export interface FieldFault {
  path: string;
  message: string;
}

interface ParleyErrorParts {
  status?: number;
  requestId?: string | null;
  details?: FieldFault[];
  retryAfter?: number | null;
  cause?: unknown;
}

/** Everything that a call of this client rejects with. `message` is for a person and says what to do. */
export class ParleyError extends Error {
  /** A newer server may answer a code that this version does not know. */
  readonly code: ParleyErrorCode;
  /** The HTTP status; 0 when no answer of the server is behind this. */
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string | null;
  /** The faulty fields of a 400, or the field in the way of a 409. */
  readonly details: readonly FieldFault[];
  /** Whole seconds after which the same request makes sense again. */
  readonly retryAfter: number | null;

  constructor(code: ParleyErrorCode, message: string, parts: ParleyErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "ParleyError";
    this.code = code;
    this.status = parts.status ?? 0;
    this.requestId = parts.requestId ?? null;
    this.details = parts.details ?? [];
    this.retryAfter = parts.retryAfter ?? null;
  }

  /** True where the same request may well succeed later: no answer, 429, 500, 502, 503. */
  get isTemporary(): boolean {
    if (this.code === "NETWORK_ERROR" || this.code === "TIMEOUT" || this.code === "BAD_ANSWER") return true;
    return this.status === 429 || this.status >= 500;
  }
}

/** The `error` member of a refusal. */
interface Refusal {
  code: string;
  message: string;
  request_id?: string;
  details?: FieldFault[];
  retry_after?: number;
}

/** Reads the envelope of a failure, or makes do with the status of an answer that has none. */
export function refusalOf(status: number, body: unknown): ParleyError {
  const refusal = isObject(body) ? (body.error as Refusal | undefined) : undefined;
  if (typeof refusal?.code !== "string") {
    return new ParleyError(
      "BAD_ANSWER",
      `The answer (status ${status}) is not Parley's. Is the address right?`,
      {
        status,
      },
    );
  }
  return new ParleyError(refusal.code as ErrorCode, refusal.message, {
    status,
    requestId: refusal.request_id ?? null,
    details: refusal.details ?? [],
    retryAfter: refusal.retry_after ?? null,
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
