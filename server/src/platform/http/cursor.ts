import { validationError } from "../errors.ts";
import { isStorableText } from "./body.ts";

export type CursorValues = (string | number)[];
/** `number` is a whole one, as places in a column are; `decimal` any. */
type CursorShape = readonly ("string" | "number" | "decimal")[];

/** An opaque place in a list. `list` keeps one list's cursors out of another's. */
export function encodeCursor(list: string, values: CursorValues): string {
  return Buffer.from(JSON.stringify([list, ...values])).toString("base64url");
}

/**
 * A cursor may be made up: what a database would refuse in a query is refused here.
 * @param shape the expected type of each value.
 * @throws AppError VALIDATION_ERROR naming `path` if the cursor is not one of this list.
 */
export function decodeCursor(list: string, cursor: string, shape: CursorShape, path: string): CursorValues {
  const fault = () =>
    validationError({ path, message: "is not a cursor of this list; use the one you were given" });
  if (!/^[A-Za-z0-9_-]{1,1024}$/.test(cursor)) throw fault();
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw fault();
  }
  if (!Array.isArray(parsed) || parsed[0] !== list || parsed.length !== shape.length + 1) throw fault();
  const values = parsed.slice(1) as unknown[];
  if (!values.every((value, index) => fits(value, shape[index]))) throw fault();
  return values as CursorValues;
}

function fits(value: unknown, kind: CursorShape[number] | undefined): boolean {
  if (typeof value === "string") return kind === "string" && isStorableText(value);
  return kind === "decimal" ? typeof value === "number" : kind === "number" && Number.isSafeInteger(value);
}
