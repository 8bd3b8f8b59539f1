import { AppError, type FieldFault, validationError } from "../errors.ts";
import { limits } from "../limits.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The JSON body of a request, checked before and after parsing: size, type, encoding, depth, and text that can be
 * stored. Undefined: there is none.
 * @param otherBodies what to say to bodies of other media types.
 * @throws AppError 413, 415 or 400.
 */
export async function readJsonBody(
  request: Request,
  otherBodies: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const redirection = otherBodies[mediaType(request.headers)];
  if (redirection !== undefined) throw new AppError("UNSUPPORTED_MEDIA_TYPE", redirection);
  const bytes = await readBytes(request, limits.bodyBytes);
  if (bytes === null) throw tooLarge();
  if (bytes.length === 0) return undefined;
  requireJson(request.headers);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw validationError({ path: "body", message: "is not valid UTF-8" });
  }
  return parseJson(text);
}

/** The whole body; null once it is over `most` bytes. */
export async function readBytes(request: Request, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get("content-length") ?? "0") > most) return null;
  if (request.body === null) return new Uint8Array();
  if (request.headers.has("content-length")) return new Uint8Array(await request.arrayBuffer());
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.length;
    if (size > most) return null;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function tooLarge(): AppError {
  return new AppError("PAYLOAD_TOO_LARGE", `The body may have at most ${limits.bodyBytes / 1024} KiB.`);
}

/** Without its parameters; empty if there is none. */
export function mediaType(headers: Headers): string {
  return ((headers.get("content-type") ?? "").split(";", 1)[0] ?? "").trim().toLowerCase();
}

function requireJson(headers: Headers): void {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (mediaType(headers) !== "application/json" || encoding !== "identity") {
    throw new AppError(
      "UNSUPPORTED_MEDIA_TYPE",
      "Send the body as JSON, with «Content-Type: application/json».",
    );
  }
}

/** Parses JSON that a stranger wrote, see `parseShallow` and `requireStorable`. */
function parseJson(text: string): unknown {
  const value = parseShallow(text);
  requireStorable(value);
  return value;
}

/**
 * @throws AppError VALIDATION_ERROR on bad JSON and too deep nesting. Depth is looked at first: deep values parse but
 * can stop the loop later.
 */
export function parseShallow(text: string): unknown {
  if (deeperThan(text, limits.bodyDepth)) {
    throw validationError({ path: "body", message: `is nested deeper than ${limits.bodyDepth} levels` });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw validationError({ path: "body", message: "is not valid JSON" });
  }
}

/**
 * @throws AppError VALIDATION_ERROR for what cannot be stored as it is: NUL or lone surrogates in text, numbers beyond
 * double precision, and keys that change prototypes.
 */
export function requireStorable(value: unknown): void {
  const fault = findFault(value, "");
  if (fault !== null) throw validationError(fault);
}

const quote = 0x22;
const backslash = 0x5c;

function deeperThan(text: string, most: number): boolean {
  return hasMore(text, most) && nestsDeeper(text, most);
}

/** More brackets are opened than that, whether in strings or not: most texts have one or two, and are not looked through. */
function hasMore(text: string, most: number): boolean {
  let left = most;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (--left < 0) return true;
    }
  }
  return false;
}

function nestsDeeper(text: string, most: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (inString) {
      if (unit === backslash) index++;
      else if (unit === quote) inString = false;
    } else if (unit === quote) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > most) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
  }
  return false;
}

function findFault(value: unknown, path: string): FieldFault | null {
  if (typeof value === "string") return textFault(value, path);
  if (typeof value === "number") {
    return Number.isFinite(value) ? null : { path: path || "body", message: "is a number out of range" };
  }
  if (typeof value !== "object" || value === null) return null;
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (key !== "__proto__" && isStorableText(key) && isStorableLeaf(member)) continue;
    const at = path === "" ? key : `${path}.${key}`;
    if (key === "__proto__") return { path: at, message: "is not an allowed name" };
    const fault = textFault(key, at) ?? findFault(member, at);
    if (fault !== null) return fault;
  }
  return null;
}

/** Nearly everything that a frame holds; no path has to be made for it. */
function isStorableLeaf(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  return typeof value === "boolean" || value === null;
}

/** Both databases can hold it: valid Unicode without NUL. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function textFault(text: string, path: string): FieldFault | null {
  if (text.includes("\0")) return { path: path || "body", message: "must not contain NUL characters" };
  if (!text.isWellFormed())
    return { path: path || "body", message: "must be valid Unicode (a lone surrogate is not)" };
  return null;
}
