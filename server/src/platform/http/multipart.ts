import { AppError, validationError } from "../errors.ts";
import { mediaType } from "./body.ts";

/** One part of a form. Its bytes must be read, or left, before the next part is asked for. */
export interface FormPart {
  name: string;
  /** Null: a field. */
  filename: string | null;
  contentType: string | null;
  bytes: AsyncIterable<Uint8Array>;
}

const headerBytes = 8 * 1024;
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * The parts of a multipart form (RFC 7578) as they come in; nothing of a file is kept in memory.
 * @throws AppError 415 at once for another type; while it is read, 400 for what is no such form or ends too early.
 */
export function readForm(request: Request): AsyncGenerator<FormPart> {
  return partsOf(new FormReader(bytesOf(request), boundaryOf(request.headers)));
}

async function* partsOf(reader: FormReader): AsyncGenerator<FormPart> {
  await reader.skipPreamble();
  for (let head = await reader.nextHead(); head !== null; head = await reader.nextHead()) {
    const bytes = reader.partBytes();
    yield { ...head, bytes };
    // What the consumer left.
    for await (const _ of bytes);
  }
}

/** A field's text. @throws AppError 400 over `most` bytes, or if it is no UTF-8. */
export async function readField(part: FormPart, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of part.bytes) {
    size += chunk.length;
    if (size > most) throw validationError({ path: part.name, message: "is too long" });
    chunks.push(chunk);
  }
  const text = decoded(Buffer.concat(chunks), part.name);
  if (text.includes("\0"))
    throw validationError({ path: part.name, message: "must not contain NUL characters" });
  return text;
}

function boundaryOf(headers: Headers): string {
  const given = headers.get("content-type") ?? "";
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))/i.exec(given);
  const word = boundary?.[1] ?? boundary?.[2];
  const encoding = headers.get("content-encoding") ?? "identity";
  if (mediaType(headers) === "multipart/form-data" && word !== undefined && encoding === "identity")
    return word;
  throw new AppError(
    "UNSUPPORTED_MEDIA_TYPE",
    "Send a form, with «Content-Type: multipart/form-data; boundary=…».",
  );
}

async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body !== null) yield* request.body;
}

function malformed(message: string): AppError {
  return validationError({ path: "body", message });
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw validationError({ path, message: "is not valid UTF-8" });
  }
}

class FormReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #delimiter: Buffer;
  /** Begins as if a line had ended before the first boundary. */
  #buffer: Buffer = Buffer.from("\r\n");

  constructor(chunks: AsyncGenerator<Uint8Array>, boundary: string) {
    this.#chunks = chunks;
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  }

  async #fill(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done === true) throw malformed("ends before its closing boundary");
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(value) : Buffer.concat([this.#buffer, value]);
  }

  async skipPreamble(): Promise<void> {
    for await (const _ of this.partBytes());
  }

  /** Null: the form is at its end. */
  async nextHead(): Promise<Omit<FormPart, "bytes"> | null> {
    while (this.#buffer.length < 2) await this.#fill();
    if (this.#buffer.subarray(0, 2).toString("latin1") === "--") return null;
    let end = this.#buffer.indexOf("\r\n\r\n");
    while (end === -1) {
      if (this.#buffer.length > headerBytes) throw malformed("has a part whose header is too long");
      await this.#fill();
      end = this.#buffer.indexOf("\r\n\r\n");
    }
    const header = decoded(this.#buffer.subarray(0, end), "body");
    this.#buffer = this.#buffer.subarray(end + 4);
    return readHead(header);
  }

  /** Up to the next boundary, which is taken too. Asked for again, there is nothing more. */
  async *partBytes(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#buffer.indexOf(this.#delimiter);
      if (at !== -1) {
        const rest = this.#buffer.subarray(0, at);
        this.#buffer = this.#buffer.subarray(at + this.#delimiter.length);
        if (rest.length > 0) yield rest;
        return;
      }
      // The end of what there is may be the beginning of the boundary.
      const sure = this.#buffer.length - this.#delimiter.length + 1;
      if (sure > 0) {
        const part = this.#buffer.subarray(0, sure);
        this.#buffer = this.#buffer.subarray(sure);
        yield part;
      }
      await this.#fill();
    }
  }
}

function readHead(header: string): Omit<FormPart, "bytes"> {
  const fields = new Map<string, string>();
  for (const line of header.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = fields.get("content-disposition") ?? "";
  const name = parameter(disposition, "name");
  if (!/^form-data\s*(;|$)/i.test(disposition) || name === null) {
    throw malformed("has a part without «Content-Disposition: form-data; name=…»");
  }
  const type = (fields.get("content-type")?.split(";", 1)[0] ?? "").trim().toLowerCase();
  return { name, filename: parameter(disposition, "filename"), contentType: type === "" ? null : type };
}

/** Browsers write quotes and line ends in names as `%22`, `%0D` and `%0A`; others escape them by a backslash. */
function parameter(disposition: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "i").exec(disposition);
  if (found === null) return null;
  const quoted = found[1]?.replace(/\\(["\\])/g, "$1").replace(/%22/g, '"');
  return quoted ?? found[2] ?? null;
}
