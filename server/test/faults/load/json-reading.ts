export type JsonObject = Record<string, unknown>;

/** The value as an object; an empty one where it is something else, so that a missing part reads as missing. */
export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value as a list of objects; empty where it is something else. */
export function asObjects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** A text field; throws, naming it, where it is missing. */
export function textOf(from: JsonObject, field: string): string {
  const value = from[field];
  if (typeof value !== "string")
    throw new Error(`no text "${field}" in ${JSON.stringify(from).slice(0, 200)}`);
  return value;
}

/** A number field; throws, naming it, where it is missing. */
export function numberOf(from: JsonObject, field: string): number {
  const value = from[field];
  if (typeof value !== "number")
    throw new Error(`no number "${field}" in ${JSON.stringify(from).slice(0, 200)}`);
  return value;
}

/** Parses JSON text to an object; an empty one where it is none. */
export function parseObject(text: string): JsonObject {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}
