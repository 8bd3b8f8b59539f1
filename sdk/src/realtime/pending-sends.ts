import { ParleyError } from "../wire/errors.ts";
import type { AckFrame, ErrorFrame } from "./frames.ts";

interface Pending {
  resolve(ack: AckFrame): void;
  reject(error: ParleyError): void;
}

/** Messages that went over the socket and have no answer yet, by their client's key. */
export class PendingSends {
  readonly #pending = new Map<string, Pending>();

  wait(clientMessageId: string, timeoutMs: number): Promise<AckFrame> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#pending.delete(clientMessageId);
      };
      const timer = setTimeout(() => {
        done();
        reject(new ParleyError("TIMEOUT", "The message was not confirmed in time."));
      }, timeoutMs);
      this.#pending.set(clientMessageId, {
        resolve: (ack) => {
          done();
          resolve(ack);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      });
    });
  }

  resolve(ack: AckFrame): void {
    if (ack.client_message_id !== null) this.#pending.get(ack.client_message_id)?.resolve(ack);
  }

  refuseBy(frame: ErrorFrame): void {
    const { code, message, details = [], retry_after: retryAfter = null } = frame;
    const error = new ParleyError(code, message, { status: statusOf(code), details, retryAfter });
    this.refuse(frame.client_message_id ?? "", error);
  }

  refuse(clientMessageId: string, error: ParleyError): void {
    this.#pending.get(clientMessageId)?.reject(error);
  }

  refuseAll(error: ParleyError): void {
    for (const pending of [...this.#pending.values()]) pending.reject(error);
  }
}

/** A frame carries no status; what counts is whether trying again makes sense. */
function statusOf(code: ErrorFrame["code"]): number {
  if (code === "RATE_LIMIT_EXCEEDED") return 429;
  if (code === "UNAVAILABLE") return 503;
  if (code === "INTERNAL_ERROR") return 500;
  if (code === "UNAUTHORIZED" || code === "TOKEN_EXPIRED") return 401;
  return 400;
}
