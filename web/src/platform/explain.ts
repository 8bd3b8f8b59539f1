import { ParleyError } from "../../../sdk/src/index.ts";
import { texts } from "./texts.ts";

/** What to tell a person about a failure: in their words, never a code alone. */
export function explain(error: unknown): string {
  if (!(error instanceof ParleyError)) return texts.somethingWrong;
  switch (error.code as string) {
    case "NETWORK_ERROR":
    case "TIMEOUT":
    case "BAD_ANSWER":
    case "UNAVAILABLE":
      return texts.offlineError;
    case "INVALID_CREDENTIALS":
      return texts.wrongCredentials;
    case "INVALID_PASSWORD":
      return texts.wrongPassword;
    case "ACCOUNT_LOCKED":
      return texts.locked(Math.max(1, Math.ceil((error.retryAfter ?? 900) / 60)));
    case "BANNED":
      return texts.banned;
    case "RATE_LIMIT_EXCEEDED":
      return texts.tooManyRequests;
    case "EDIT_WINDOW_CLOSED":
      return texts.editWindowClosed;
    case "INTERNAL_ERROR":
      return texts.somethingWrong;
    default:
      return error.message;
  }
}

/** As `explain`, where a second factor was given too: only the server knows which of the two was wrong, and says it. */
export function explainFactor(error: unknown): string {
  if (error instanceof ParleyError && error.code === "INVALID_CREDENTIALS") return error.message;
  return explain(error);
}

/** The server's complaint about one field of a form; the first one if there are several. */
export function faultOf(error: unknown, field: string): string | null {
  if (!(error instanceof ParleyError)) return null;
  const fault = error.details.find(({ path }) => path === field)?.message;
  return fault === undefined ? null : asSentence(fault);
}

/** The server names the field before its complaint; here it stands below the field, by itself. */
function asSentence(complaint: string): string {
  const whole = complaint.charAt(0).toUpperCase() + complaint.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
