import { validationError } from "../errors.ts";
import { limits } from "../limits.ts";

/** The header that stands in for `client_message_id`. @throws AppError VALIDATION_ERROR. */
export function readIdempotencyKey(header: string | null): string | null {
  if (header === null) return null;
  if (header.length >= 1 && header.length <= limits.clientMessageIdLength) return header;
  const message = `must be 1 to ${limits.clientMessageIdLength} characters`;
  throw validationError({ path: "Idempotency-Key", message });
}
