import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous } from "../kit/person.ts";

const app = await startApp();
afterAll(() => app.stop());
const visitor = anonymous(app);
const root = join(import.meta.dir, "../../..");

interface Finding {
  title: string;
  place: string;
  href: string;
}

interface Operation {
  operationId: string;
  summary: string;
  responses: Record<string, { "x-error-codes"?: string[] }>;
}

/** Every page that the list beside the first one leads to. */
async function readSite(): Promise<Map<string, string>> {
  const first = (await visitor.get("/docs")).text;
  const paths = new Set([...first.matchAll(/href="(\/docs[^"#]*)"/g)].map(([, path = ""]) => path));
  const pages = new Map<string, string>();
  for (const path of paths) {
    if (!path.startsWith("/docs/assets/")) pages.set(path, (await visitor.get(path)).text);
  }
  return pages;
}

const site = await readSite();
const everything = [...site.values()].join("\n");
const document = (await visitor.get("/openapi.json")).body as {
  paths: Record<string, Record<string, Operation>>;
};

async function leadsSomewhere(from: string, href: string): Promise<boolean> {
  const [target = "", anchor] = href.split("#", 2);
  const page = site.get(target === "" ? from : target);
  if (page === undefined) return (await visitor.get(target)).status === 200;
  return anchor === undefined || page.includes(`id="${anchor}"`);
}

describe("/docs", () => {
  test("is a page for anybody, under a policy that allows its own files alone", async () => {
    const { status, headers } = await visitor.get("/docs");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
  });

  test("asks nothing of any other server, and has no script or style within the page", () => {
    for (const [path, html] of site) {
      const loaded = [...html.matchAll(/(?:src|srcset)="([^"]*)"|<link[^>]*href="([^"]*)"/g)].map(
        ([, source, link]) => source ?? link ?? "",
      );
      expect({ path, outside: loaded.filter((each) => !each.startsWith("/docs/")) }).toEqual({
        path,
        outside: [],
      });
      expect(html).not.toMatch(/<script(?! src=)|<style| style="| on\w+="/);
    }
  });

  test("has no link that leads nowhere, in a page or to a place in one", async () => {
    const links = [...site].flatMap(([path, html]) =>
      [...html.matchAll(/<a [^>]*href="([^"]+)"/g)]
        .map(([, href = ""]) => ({ path, href }))
        .filter(({ href }) => !/^https?:/.test(href)),
    );
    const found = await Promise.all(links.map(({ path, href }) => leadsSomewhere(path, href)));
    const broken = links.filter((_, index) => !found[index]);
    expect(broken).toEqual([]);
  });

  test("shows every route with its request, its answer and each of its errors", () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const { operationId, responses } of Object.values(methods)) {
        const [, section = ""] = everything.split(
          `<section class="operation" aria-labelledby="${operationId}">`,
        );
        const end = section.indexOf("</section>");
        const shown = section.slice(0, end);
        expect({ path, operationId, isShown: shown.includes('class="code-tabs"') }).toMatchObject({
          isShown: true,
        });
        const codes = Object.values(responses).flatMap((answer) => answer["x-error-codes"] ?? []);
        expect(codes.filter((code) => !shown.includes(`<code>${code}</code>`))).toEqual([]);
      }
    }
  });

  test("lets a request be run from the page, with what it needs", () => {
    const [, register = ""] = everything.split('aria-labelledby="register"');
    expect(register).toMatch(/<form data-run data-method="POST" data-path="\/v1\/auth\/register"/);
    const [, getMessage = ""] = everything.split('aria-labelledby="getMessage"');
    expect(getMessage).toMatch(/<input id="getMessage-id" name="id" data-in="path"[^>]* required>/);
    for (const html of site.values()) expect(html).toContain('<input id="token" type="password"');
  });

  test("shows the guides, with snippets in curl and TypeScript that name this server", () => {
    const guide = site.get("/docs/guides/quick-start") ?? "";
    expect(guide).toContain('<button type="button">curl</button><button type="button">TypeScript</button>');
    expect(guide).toContain(`URL=${app.url}`);
    expect(guide).not.toContain("127.0.0.1:8080");
    expect(guide).toContain('<div class="prints">');
    expect(guide).not.toContain("@@");
  });

  test("shows every frame of the socket, error code and close code", async () => {
    const realtime = site.get("/docs/realtime") ?? "";
    for (const id of ["in-chat", "in-resume", "out-hello", "out-ack", "out-resumed", "openChatSocket"])
      expect(realtime).toContain(`id="${id}"`);
    expect(realtime).toContain("4408");
    const listed = [...(site.get("/docs/errors") ?? "").matchAll(/<tr id="([A-Z_]+)">/g)].map(
      ([, code]) => code,
    );
    const reference = await Bun.file(join(root, "docs/reference/errors.md")).text();
    expect(listed.sort()).toEqual(
      [...reference.matchAll(/`([A-Z_]{4,})`/g)].map(([, code]) => code as string).sort(),
    );
  });

  test("can be searched for every route and guide, each finding leading to its place", async () => {
    const findings = JSON.parse((await visitor.get("/docs/search.json")).text) as Finding[];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { operationId }] of Object.entries(methods)) {
        const place = `${method.toUpperCase()} ${path}`;
        expect(findings.find((each) => each.place === place)?.href).toEndWith(`#${operationId}`);
      }
    }
    for (const { href } of findings) {
      const [path = "", anchor] = href.split("#", 2);
      const page = site.get(path);
      expect({
        href,
        isThere: page !== undefined && (anchor === undefined || page.includes(`id="${anchor}"`)),
      }).toEqual({ href, isThere: true });
    }
  });

  test("keeps style and script for good under names of their own, and pages only as long as they are true", async () => {
    const html = site.get("/docs") ?? "";
    const [, script = ""] = /<script src="([^"]+)">/.exec(html) ?? [];
    const [, style = ""] = /<link rel="stylesheet" href="([^"]+)">/.exec(html) ?? [];
    for (const [path, type] of [
      [script, "text/javascript"],
      [style, "text/css"],
    ]) {
      const answer = await visitor.get(path ?? "");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toStartWith(type ?? "");
      expect(answer.headers.get("cache-control")).toContain("immutable");
    }
    const page = await visitor.get("/docs");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const again = await visitor.get("/docs", { "if-none-match": page.headers.get("etag") ?? "" });
    expect(again.status).toBe(304);
  });

  test("comes compressed to who takes it, and light enough for a telephone", async () => {
    for (const path of site.keys()) {
      const answer = await fetch(app.url + path, {
        headers: { "accept-encoding": "gzip" },
        decompress: false,
      });
      expect(answer.headers.get("content-encoding")).toBe("gzip");
      expect((await answer.bytes()).length).toBeLessThan(60_000);
    }
  });

  test("refuses other methods and pages that are not there", async () => {
    expectRefusal(await visitor.post("/docs", {}), 405, "METHOD_NOT_ALLOWED");
    expectRefusal(await visitor.get("/docs/nothing"), 404, "NOT_FOUND");
    expect((await visitor.get("/docs/")).status).toBe(200);
  });

  test("has the colours of the app", async () => {
    const tokens = (css: string) =>
      new Map([...css.matchAll(/^ {2}(--[\w-]+): ([^;]+);$/gm)].map(([, n, v]) => [n, v]));
    const ours = tokens(await Bun.file(join(root, "docs/site/frame.css")).text());
    const theirs = tokens(await Bun.file(join(root, "web/src/app/app.css")).text());
    const shared = [...ours.keys()].filter((name) => theirs.has(name));
    expect(shared.length).toBeGreaterThan(12);
    for (const name of shared) expect([name, ours.get(name)]).toEqual([name, theirs.get(name)]);
  });
});
