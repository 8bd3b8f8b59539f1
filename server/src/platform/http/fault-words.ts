import { z } from "zod";

/**
 * What is wrong with a field, for the person who sent it: «must be a whole number», not the schema's own terms.
 * Speaks where a schema gives no words of its own, in the whole process.
 */
export function wordFaultsPlainly(): void {
  z.config({ localeError: faultWords });
}

function faultWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${nameOf(issue.expected)}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `must be ${String(issue.values[0])}`
        : `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `must ${bound(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${bound(issue.origin, "at most", issue.maximum)}`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_format":
      return `must be ${formats[issue.format] ?? "of another form"}`;
    case "invalid_key":
      return "has a name that is not allowed here";
    case "invalid_union":
      return issue.input === undefined ? "is required" : "has none of the forms that are allowed here";
    default:
      return "is not allowed here";
  }
}

const formats: Record<string, string> = {
  email: "an e-mail address",
  url: "a URL",
  uuid: "an id (a UUID)",
  datetime: "an ISO 8601 time, such as 2026-01-31T12:00:00Z",
};

const types: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  tuple: "a list",
  null: "null",
};

function nameOf(type: string): string {
  return types[type] ?? "of another type";
}

function bound(origin: string, side: string, limit: number | bigint): string {
  const unit = { string: "characters", array: "entries", set: "entries" }[origin];
  return unit === undefined ? `be ${side} ${limit}` : `have ${side} ${limit} ${unit}`;
}
