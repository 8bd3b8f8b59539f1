import { codePoints } from "../../platform/http/fields.ts";
import { sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";

/** One message of an import file. Its line number and hash are its identity, however often the file is read. */
export interface ImportedLine {
  line: number;
  hash: string;
  author: string;
  /** Milliseconds since 1970. */
  at: number;
  content: string;
}

/** A line that holds no message; the message says why. */
export class MalformedLine extends Error {}

const authorCodePoints = 100;
/** Clocks of other servers may be ahead by some hours; days are a mistake of units. */
const aheadMs = 24 * 60 * 60 * 1000;
const hashLength = 32;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads `{"ts": Unix seconds, "user": nick, "text": …}`. Other fields are ignored; an empty text is a message.
 * @param line counts from 1.
 * @returns null for a line of spaces.
 * @throws MalformedLine
 */
export function readImportLine(line: number, bytes: Uint8Array, now: number): ImportedLine | null {
  const text = decode(bytes);
  if (text.trim() === "") return null;
  const fields = parse(text);
  return {
    line,
    hash: sha256(text).slice(0, hashLength),
    at: readTime(fields.ts, now),
    author: readAuthor(fields.user),
    content: readText("text", fields.text, limits.textCodePoints),
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedLine("it is not UTF-8");
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedLine("it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedLine("it is not a JSON object");
  }
  return value as Record<string, unknown>;
}

function readTime(ts: unknown, now: number): number {
  if (ts === undefined) throw new MalformedLine("ts is missing");
  if (typeof ts !== "number") throw new MalformedLine("ts is not a number of seconds");
  const at = Math.round(ts * 1000);
  if (at < 0) throw new MalformedLine("ts is before 1970");
  if (at > now + aheadMs)
    throw new MalformedLine("ts is in the future (it counts seconds, not milliseconds)");
  return at;
}

function readAuthor(user: unknown): string {
  const author = readText("user", user, authorCodePoints);
  if (author.trim() === "") throw new MalformedLine("user is empty");
  return author;
}

function readText(field: string, value: unknown, most: number): string {
  if (value === undefined) throw new MalformedLine(`${field} is missing`);
  if (typeof value !== "string") throw new MalformedLine(`${field} is not text`);
  if (value.length > most && codePoints(value) > most) {
    throw new MalformedLine(`${field} is longer than ${most.toLocaleString("en")} characters`);
  }
  if (value.includes("\0")) throw new MalformedLine(`${field} holds a NUL character`);
  if (!value.isWellFormed()) throw new MalformedLine(`${field} holds half of a character (a lone surrogate)`);
  return value;
}
