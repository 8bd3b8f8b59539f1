import { z } from "zod";
import { now } from "../clock.ts";
import { limits } from "../limits.ts";

/** Unicode code points, as the contract counts lengths. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      count--;
      index++;
    }
  }
  return count;
}

/** Counts only where surrogate pairs could decide. */
function hasLength(value: string, least: number, most: number): boolean {
  if (value.length < least || value.length > 2 * most) return false;
  if (value.length >= 2 * least && value.length <= most) return true;
  const count = codePoints(value);
  return count >= least && count <= most;
}

/** Text of `least` to `most` code points, stored as sent. */
export function text(least: number, most: number) {
  return z
    .string()
    .refine((value) => hasLength(value, least, most), { error: `must be ${least} to ${most} characters` })
    .meta({ minLength: least, maxLength: most });
}

/** Text for a person to read: not only spaces. */
export function visibleText(most: number) {
  return text(1, most).refine((value) => /\S/.test(value), { error: "must not be only spaces" });
}

const uuid = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

export const idField = z
  .string()
  .regex(uuid, { error: "must be an id (a UUID)" })
  .toLowerCase()
  .meta({ format: "uuid" });

/** Parameters of a path that names one thing. */
export const byId = z.object({ id: idField });

export const timeField = z.string().meta({ format: "date-time" });

/**
 * A time in a request, as milliseconds: ISO 8601. Without a zone it is in UTC, wherever the server stands; a date alone
 * is its midnight.
 */
export const timeInput = z
  .string()
  .refine((value) => !Number.isNaN(readTime(value)), {
    error: "must be an ISO 8601 time, such as 2026-01-31T12:00:00Z",
  })
  .transform(readTime)
  .meta({ format: "date-time" });

/** A time at which something is to end. */
export const futureTimeInput = timeInput.refine((value) => value > now(), { error: "must be in the future" });

/** NaN for what is none. A day that its month does not have is none either, though `Date` takes the next month's. */
function readTime(value: string): number {
  const [, date, clock = "T00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:(T[\d:.]+)(Z|[+-]\d\d:?\d\d)?)?$/.exec(value) ?? [];
  const midnight = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(`${date}T`)) return Number.NaN;
  return Date.parse(`${date}${clock}${zone}`);
}

/** A whole number in a query string. */
export function wholeNumberQuery(least: number, most: number, byDefault: number) {
  return z
    .string()
    .optional()
    .transform((value, context) => {
      if (value === undefined) return byDefault;
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= least && number <= most) return number;
      context.addIssue({ code: "custom", message: `must be a whole number from ${least} to ${most}` });
      return z.NEVER;
    })
    .meta({ type: "integer", minimum: least, maximum: most, default: byDefault });
}

export const limitQuery = wholeNumberQuery(1, limits.pageRows, limits.pageRowsDefault);

/** `true` or `false` in a query string. */
export const flagQuery = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((value) => value === "true")
  .optional();

/** A link that a browser may open: http or https. */
export const urlField = z
  .string()
  .max(limits.urlLength)
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ""), {
    error: "must be an http or https URL",
  })
  .meta({ format: "uri" });
