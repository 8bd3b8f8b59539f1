import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError } from "../../platform/errors.ts";
import type { HttpApp } from "../../platform/http/server.ts";
import { mountGet } from "./mount-get.ts";

/** Where `npm run build` puts the web app. */
export const builtPages = resolve(import.meta.dir, "../../../../web/dist");

/** Paths of the web app's own: each answers the app, which reads its address. All other paths stay the API's. */
const appPaths = [
  "/",
  "/login",
  "/register",
  "/forgot-password",
  "/reset-password",
  "/verify-email",
  "/invite",
  "/c",
  "/c/*",
  "/new/*",
  "/notifications",
  "/people",
  "/people/*",
  "/rooms",
  "/search",
  "/threads",
  "/rooms/*",
  "/support",
  "/support/*",
  "/settings",
  "/settings/*",
  "/admin",
  "/admin/*",
  "/workspace",
  "/workspace/*",
] as const;

/**
 * Nothing but the page's own files: no inline script or style, no frame, no request to elsewhere, and no string that
 * becomes markup (Trusted Types). Pictures may also be ones the page made itself.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  json: "application/json; charset=utf-8",
  webmanifest: "application/manifest+json; charset=utf-8",
  woff2: "font/woff2",
};

/** Best first. */
const encodings = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

interface PageFile {
  type: string;
  /** Without quotes; of the bytes before compression. */
  hash: string;
  /** By content coding; `identity` is always there. */
  bodies: Map<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Serves the web app from a folder that was built once: the page on every path of the app (never cached without
 * asking), its hashed files under /assets (cached for good). All of it is held in memory, about a megabyte, so that a
 * build under a running server changes nothing it serves. Without a build the paths say how to make one.
 */
export function mountPages(app: HttpApp, folder: string): void {
  const page = existsSync(join(folder, "index.html")) ? readFile(folder, "index.html") : null;
  const assets = page === null ? new Map<string, PageFile>() : readFolder(join(folder, "assets"));
  for (const path of appPaths) {
    mountGet(app, path, (request) => (page === null ? notBuilt() : send(request, page, "no-cache")));
  }
  mountGet(app, "/assets/:name", (request, name) => {
    const file = assets.get(name);
    if (file === undefined)
      throw new AppError("NOT_FOUND", "This file is of another version of the app. Reload the page.");
    return send(request, file, "public, max-age=31536000, immutable");
  });
  if (page === null) return;
  // Last: whatever nobody else answers. The app says that nothing is there, to people and in their language.
  app.get("*", async (c, next) => {
    if (!isTyped(c.req.raw) || !isFree(c.req.path)) return next();
    return send(c.req.raw, page, "no-store", 404);
  });
}

/** A browser that opens a page; programs take anything, or JSON. */
function isTyped({ headers }: Request): boolean {
  return headers.get("accept")?.includes("text/html") === true;
}

function isFree(path: string): boolean {
  return !/^\/(v1|api|docs|assets|socket\.io|\.well-known)(\/|$)/.test(path);
}

function readFolder(folder: string): Map<string, PageFile> {
  const names = readdirSync(folder).filter((name) => !encodings.some(({ suffix }) => name.endsWith(suffix)));
  return new Map(names.map((name) => [name, readFile(folder, name)]));
}

function readFile(folder: string, name: string): PageFile {
  const path = join(folder, name);
  const plain = new Uint8Array(readFileSync(path));
  const bodies = new Map([["identity", plain]]);
  for (const { name: coding, suffix } of encodings) {
    if (existsSync(path + suffix)) bodies.set(coding, new Uint8Array(readFileSync(path + suffix)));
  }
  const extension = name.slice(name.lastIndexOf(".") + 1);
  return {
    type: types[extension] ?? "application/octet-stream",
    hash: createHash("sha256").update(plain).digest("base64url").slice(0, 22),
    bodies,
  };
}

function send(request: Request, file: PageFile, cacheControl: string, status: 200 | 404 = 200): Response {
  const coding = chooseCoding(request.headers.get("accept-encoding") ?? "", file);
  const etag = `"${file.hash}${coding === "identity" ? "" : `-${coding}`}"`;
  const headers: Record<string, string> = {
    "content-type": file.type,
    "cache-control": cacheControl,
    "content-security-policy": pagePolicy,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    vary: "Accept-Encoding",
    etag,
  };
  if (status === 200 && matches(request.headers.get("if-none-match"), etag))
    return new Response(null, { status: 304, headers });
  if (coding !== "identity") headers["content-encoding"] = coding;
  return new Response(file.bodies.get(coding) ?? null, { status, headers });
}

function matches(given: string | null, etag: string): boolean {
  return (
    given?.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//, "") === etag) === true
  );
}

/** The first coding of ours that the client takes; `q=0` refuses one. */
function chooseCoding(accepted: string, file: PageFile): string {
  const taken = new Map(
    accepted.split(",").map((part) => {
      const [name = "", ...parameters] = part.trim().toLowerCase().split(";");
      return [name.trim(), !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter))] as const;
    }),
  );
  return encodings.find(({ name }) => taken.get(name) === true && file.bodies.has(name))?.name ?? "identity";
}

/** For whoever started the server without `npm start`. */
function notBuilt(): Response {
  const text =
    "The web app has not been built. Run «npm run build» and start the server again.\nThe API is at /v1.\n";
  return new Response(text, {
    status: 503,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
