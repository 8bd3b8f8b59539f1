import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { AppError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/http/json-schema.ts";
import type { HttpApp } from "../../platform/http/server.ts";
import { buildSite } from "../reference/site/site.ts";
import { chatSocketFrames } from "../reference/websocket.ts";
import { mountGet } from "./mount-get.ts";
import { socketPaths } from "./websocket.ts";

const sources = join(import.meta.dir, "../../../../docs/site");

/** One after the other: what is narrower says what differs. */
const styles = ["frame.css", "text.css", "operations.css", "narrow.css"];

/** Nothing but its own files, no inline script or style, and requests to this server alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

interface SiteFile {
  type: string;
  text: string;
  cacheControl: string;
  /** Made when the first client takes it. */
  gzipped?: Uint8Array<ArrayBuffer>;
}

/** The documentation under `/docs`. It is made when it is first asked for, within a quarter of a second, and then kept. */
export function mountDocs(app: HttpApp, describe: () => JsonObject): void {
  let files: Map<string, SiteFile> | null = null;
  const answer = (request: Request) => {
    files ??= siteFiles(describe());
    const path = new URL(request.url).pathname;
    const file = files.get(path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path);
    if (file === undefined)
      throw new AppError("NOT_FOUND", `The documentation has no page ${path}. See /docs.`);
    return send(request, file);
  };
  mountGet(app, "/docs", answer);
  mountGet(app, "/docs/*", answer);
}

function siteFiles(document: JsonObject): Map<string, SiteFile> {
  const read = (name: string) => readFileSync(join(sources, name), "utf8");
  const style = hashed("site.css", styles.map(read).join("\n"), "text/css; charset=utf-8");
  const code = new Bun.Transpiler({ loader: "ts", minifyWhitespace: true }).transformSync(read("site.ts"));
  const script = hashed("site.js", code, "text/javascript; charset=utf-8");
  const { pages, findings } = buildSite({
    document,
    frames: chatSocketFrames,
    socketPaths,
    style: style.path,
    script: script.path,
  });
  const fresh = (type: string, text: string) => ({ type, text, cacheControl: "no-cache" });
  return new Map<string, SiteFile>([
    [style.path, style.file],
    [script.path, script.file],
    ["/docs/assets/icon.svg", fresh("image/svg+xml", read("icon.svg"))],
    ["/docs/search.json", fresh("application/json; charset=utf-8", JSON.stringify(findings))],
    ...[...pages].map(([path, html]) => [path, fresh("text/html; charset=utf-8", html)] as const),
  ]);
}

/** A file whose name changes with it, so that it may be kept for good. */
function hashed(name: string, text: string, type: string): { path: string; file: SiteFile } {
  const hash = createHash("sha256").update(text).digest("base64url").slice(0, 12);
  const path = `/docs/assets/${name.replace(".", `.${hash}.`)}`;
  return { path, file: { type, text, cacheControl: "public, max-age=31536000, immutable" } };
}

function send(request: Request, file: SiteFile): Response {
  const { type, text, cacheControl } = file;
  const etag = `"${Bun.hash(text).toString(36)}"`;
  const headers: Record<string, string> = {
    "content-type": type,
    "cache-control": cacheControl,
    "content-security-policy": policy,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    vary: "Accept-Encoding",
    etag,
  };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  if (!/\bgzip\b/.test(request.headers.get("accept-encoding") ?? "")) return new Response(text, { headers });
  headers["content-encoding"] = "gzip";
  file.gzipped ??= new Uint8Array(gzipSync(text));
  return new Response(file.gzipped, { headers });
}
