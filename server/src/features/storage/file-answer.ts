import type { ByteRange } from "../../platform/blobs/blobs.ts";
import { isShownInline, opaqueType, servedType } from "../../platform/file-types.ts";
import type { FileRow } from "./files.service.ts";

/** What stands in the way of a file that would run in a browser. */
const policy = "sandbox; default-src 'none'; frame-ancestors 'none'";

/**
 * One range of `Range: bytes=…` (RFC 9110); null: the whole file, also for what is no such range or several of them.
 * Undefined: it lies beyond the end.
 */
export function readRange(header: string | null, size: number): ByteRange | null | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  const [, from = "", to = ""] = found ?? [];
  if (found === null || (from === "" && to === "")) return null;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? undefined : { start: size - length, end: size };
  }
  const start = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < start) return null;
  return start >= size ? undefined : { start, end: last + 1 };
}

export function rangeRefusal(size: number): Response {
  return new Response(null, { status: 416, headers: { "content-range": `bytes */${size}` } });
}

/** The file as an attachment; only pictures, sound and films that are what they say may be shown in place. */
export function fileAnswer(
  file: FileRow,
  bytes: ReadableStream<Uint8Array>,
  range: ByteRange | null,
): Response {
  const isOpaque = file.is_encrypted === 1;
  const type = isOpaque ? opaqueType : servedType(file.content_type);
  const isInline = !isOpaque && isShownInline(file.content_type);
  const length = range === null ? file.size : range.end - range.start;
  const headers: Record<string, string> = {
    "content-type": type.startsWith("text/") ? `${type}; charset=utf-8` : type,
    "content-length": String(length),
    "content-disposition": `${isInline ? "inline" : "attachment"}; ${fileNameOf(file.name)}`,
    "content-security-policy": policy,
    "cross-origin-resource-policy": "cross-origin",
    "accept-ranges": "bytes",
    "cache-control": "private, max-age=300",
    etag: `"${file.id}"`,
  };
  if (range !== null) headers["content-range"] = `bytes ${range.start}-${range.end - 1}/${file.size}`;
  return new Response(bytes, { status: range === null ? 200 : 206, headers });
}

/** RFC 6266: a plain name for old clients, the real one for all others. */
function fileNameOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%/:*?<>|]/g, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
