import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { mountPages } from "../../src/app/surfaces/pages.ts";
import { ClientAddresses } from "../../src/platform/http/client-address.ts";
import { createHttpApp } from "../../src/platform/http/server.ts";
import { createLog } from "../../src/platform/log.ts";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous } from "../kit/person.ts";

let app: TestApp;
let page: string;

/** A request as it is, without the unpacking that `fetch` does on its own when asked for an encoding. */
const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(app.url + path, { headers: { "accept-encoding": "identity", ...headers }, decompress: false });

const refusalOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error;

beforeAll(async () => {
  const root = resolve(import.meta.dir, "../../..");
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts", "--if-stale"], {
    cwd: root,
    stderr: "pipe",
  });
  expect(built.success).toBe(true);
  app = await startApp();
  page = await (await ask("/")).text();
});

afterAll(() => app.stop());

describe("the web app", () => {
  test.each([
    "/",
    "/login",
    "/register",
    "/c/anything",
    "/c/one/m/two",
    "/new/group",
    "/rooms",
    "/threads",
    "/settings/sessions",
  ])("answers %s with its page, so that every place has a link", async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(await answer.text()).toBe(page);
  });

  test("says to people that nothing is at an address, and to programs in the API's words", async () => {
    const html = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (const path of ["/nowhere", "/no/such/place", "/people.html"]) {
      const shown = await ask(path, { accept: html });
      expect([shown.status, shown.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
      expect(await shown.text()).toBe(page);
      for (const accept of ["*/*", "application/json"]) {
        const answer = await ask(path, { accept });
        expect([answer.status, (await refusalOf(answer)).code]).toEqual([404, "NOT_FOUND"]);
      }
    }
    for (const path of [
      "/v1/nothing",
      "/api/nothing",
      "/api/chat/x/y/z",
      "/docs/nothing",
      "/assets/nothing.js",
    ]) {
      const { status, headers } = await ask(path, { accept: html });
      expect([path, status, headers.get("content-type")]).toEqual([
        path,
        404,
        "application/json; charset=utf-8",
      ]);
    }
    const posted = await fetch(`${app.url}/nowhere`, { method: "POST", headers: { accept: html } });
    expect([posted.status, (await refusalOf(posted)).code]).toEqual([404, "NOT_FOUND"]);
  });

  test("has a policy that lets nothing in from elsewhere and runs no inline script or style", async () => {
    const policy = (await ask("/")).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|<style|\son\w+=/i);
    expect(page).not.toMatch(/(src|href)="(?!\/)/);
  });

  test("asks again for its page each time and is told when it is still the same", async () => {
    const etag = (await ask("/")).headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await ask("/c/anything", { "if-none-match": `"other", W/${etag}` });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  test("has files that may be kept for good, because their names change with their content", async () => {
    const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) {
      const answer = await ask(file);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("needs at most 200 KB of script at first load, as it comes packed", async () => {
    const scripts = [...page.matchAll(/<script[^>]+src="([^"]+)"|rel="modulepreload"[^>]+href="([^"]+)"/g)];
    const packed = await Promise.all(
      scripts.map(async ([, src, preload]) => {
        const answer = await ask(src ?? preload ?? "", { "accept-encoding": "br" });
        return (await answer.arrayBuffer()).byteLength;
      }),
    );
    expect(packed.length).toBeGreaterThan(0);
    expect(packed.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(200_000);
  });

  test("comes packed as the client can take it, and each packing has an ETag of its own", async () => {
    const [plain, brotli, gzip] = await Promise.all([
      ask("/"),
      ask("/", { "accept-encoding": "gzip;q=0.5, br" }),
      ask("/", { "accept-encoding": "br;q=0, gzip" }),
    ]);
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(brotli.headers.get("content-encoding")).toBe("br");
    expect(gzip.headers.get("content-encoding")).toBe("gzip");
    expect(brotli.headers.get("vary")).toBe("Accept-Encoding");
    expect(brotliDecompressSync(await brotli.arrayBuffer()).toString()).toBe(page);
    expect(gunzipSync(await gzip.arrayBuffer()).toString()).toBe(page);
    expect(new Set([plain, brotli, gzip].map(({ headers }) => headers.get("etag"))).size).toBe(3);
  });

  test("leaves the API's answers as they are: an unknown path or file is 404, another method 405", async () => {
    const visitor = anonymous(app);
    for (const path of ["/v1/nothing", "/nothing", "/assets/nothing.js", "/assets/..%2findex.html"])
      expectRefusal(await visitor.get(path), 404, "NOT_FOUND");
    const answer = await visitor.post("/", {});
    expectRefusal(answer, 405, "METHOD_NOT_ALLOWED");
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
  });
});

test("a server whose app was not built says how to build it", async () => {
  const empty = mkdtempSync(join(tmpdir(), "parley-pages-"));
  try {
    const http = createHttpApp({
      log: createLog("error"),
      newRequestId: () => "test",
      https: false,
      corsOrigins: [],
      addresses: new ClientAddresses([]),
      hasSessionCookie: () => false,
      isStopping: () => false,
    });
    mountPages(http, empty);
    const answer = await http.request("/", {}, { ip: null, isUpgraded: false, isLate: () => false });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("npm run build");
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
});
