import { validationError } from "../errors.ts";

type CursorValues = (string | number)[];

/** An opaque place in a list. `list` keeps one list's cursors out of another's. */
export function encodeCursor(list: string, values: CursorValues): string {
  return Buffer.from(JSON.stringify([list, ...values])).toString("base64url");
}

/**
 * @param shape the expected type of each value.
 * @throws AppError VALIDATION_ERROR naming `path` if the cursor is not one of this list.
 */
export function decodeCursor(
  list: string,
  cursor: string,
  shape: ("string" | "number")[],
  path: string,
): CursorValues {
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
  if (values.some((value, index) => typeof value !== shape[index])) throw fault();
  return values as CursorValues;
}
