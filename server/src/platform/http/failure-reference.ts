import { type ErrorCode, errorMeaning, errorStatus, type FieldFault } from "../errors.ts";
import type { JsonObject } from "./json-schema.ts";

/** The core dialect's failure (`envelope.ts`), for the reference. */
export const failureSchema: JsonObject = {
  type: "object",
  required: ["success", "error"],
  properties: {
    success: { const: false },
    error: {
      type: "object",
      required: ["code", "message", "request_id"],
      properties: {
        code: { type: "string", enum: Object.keys(errorStatus) },
        message: { type: "string", description: "For a person; says what to do." },
        request_id: { type: "string" },
        details: {
          type: "array",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: { path: { type: "string" }, message: { type: "string" } },
          },
        },
        retry_after: { type: "integer", description: "Whole seconds." },
      },
    },
  },
};

interface Sample {
  message: string;
  details?: FieldFault[];
  retry_after?: number;
}

const emailFault: FieldFault = { path: "email", message: "must be an e-mail address" };
const takenFault: FieldFault = { path: "username", message: "is taken" };

/** As the server says it. A code without a line here is shown with its meaning. */
const samples: Partial<Record<ErrorCode, Sample>> = {
  VALIDATION_ERROR: { message: `email: ${emailFault.message}`, details: [emailFault] },
  UNAUTHORIZED: { message: "Sign in: send «Authorization: Bearer <access_token>»." },
  FORBIDDEN: { message: "You are not in this conversation." },
  NOT_FOUND: { message: "No such conversation." },
  CONFLICT: { message: takenFault.message, details: [takenFault] },
  PAYLOAD_TOO_LARGE: { message: "The body may have at most 256 KiB." },
  UNSUPPORTED_MEDIA_TYPE: { message: "Send the body as JSON, with «Content-Type: application/json»." },
  ACCOUNT_LOCKED: {
    message: "Too many wrong passwords or codes. Try again in 15 minutes.",
    retry_after: 900,
  },
  RATE_LIMIT_EXCEEDED: { message: "Too many requests. Try again in 12 seconds.", retry_after: 12 },
  INTERNAL_ERROR: { message: "Something went wrong on the server. It has been logged." },
  UNAVAILABLE: { message: "The database is busy. Try again in a moment.", retry_after: 1 },
};

/** One example for each error code, to be referred to by its name. */
export function failureExamples(): JsonObject {
  return Object.fromEntries(
    (Object.keys(errorStatus) as ErrorCode[]).map((code) => {
      const { message, details, retry_after } = samples[code] ?? { message: errorMeaning[code] };
      const error: JsonObject = { code, message, request_id: "0199d2c4-7c1e-7b5a-9a55-0c5e1f6b7a10" };
      if (details !== undefined) error.details = details.map((fault) => ({ ...fault }));
      if (retry_after !== undefined) error.retry_after = retry_after;
      return [code, { summary: errorMeaning[code], value: { success: false, error } }];
    }),
  );
}
