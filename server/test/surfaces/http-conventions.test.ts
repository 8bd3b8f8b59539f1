import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectEnvelope, expectRefusal, isoTime, requestIdPattern, uuidV7 } from "../kit/expectations.ts";
import { anonymous, buildDirect, buildGroup, buildRegistration, register, withToken } from "../kit/person.ts";
import { rawUpgrade } from "../kit/socket.ts";
import { requestHead, sendBytes } from "../kit/wire.ts";

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);
const other = await register(app);
const outsider = await register(app);
const visitor = anonymous(app);
const bodyLimit = 256 * 1024;

describe("every answer", () => {
  test("of success is {success, data}", async () => {
    const answers = [
      await person.get("/v1/users/me"),
      await person.get("/v1/conversations"),
      await visitor.post("/v1/auth/register", buildRegistration()),
      await person.post("/v1/sessions/cleanup"),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeLessThan(300);
      expect(Object.keys(answer.body ?? {}).sort()).toEqual(["data", "success"]);
      expect(answer.body?.success).toBe(true);
      expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/);
    }
  });

  test("of refusal is {success, error}, with the request's id in both header and body", async () => {
    const answers = [
      await visitor.get("/v1/users/me"),
      await visitor.get("/v1/no-such-thing"),
      await visitor.get("/nowhere"),
      await visitor.post("/v1/auth/login", {}),
      await visitor.request("DELETE", "/v1/auth/login"),
      await person.get("/v1/users/x"),
      await person.get(`/v1/users/${Bun.randomUUIDv7()}`),
    ];
    for (const answer of answers) {
      expectEnvelope(answer);
      expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/);
    }
  });

  test("carries the security headers, and none that names the server", async () => {
    const answers = [
      await person.get("/v1/users/me"),
      await visitor.get("/v1/users/me"),
      await visitor.get("/v1/no-such-thing"),
      await visitor.request("DELETE", "/v1/auth/login"),
      await visitor.post("/v1/auth/login", {}),
      await visitor.get("/health"),
      await visitor.get("/openapi.json"),
      await visitor.get("/.well-known/jwks.json"),
    ];
    for (const { headers } of answers) {
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("content-security-policy")).toContain("default-src");
      expect(headers.has("server")).toBe(false);
      expect(headers.has("x-powered-by")).toBe(false);
      expect(headers.has("strict-transport-security")).toBe(false);
    }
  });

  test("under an https address demands https from then on", async () => {
    const secure = await startApp({ PARLEY_PUBLIC_URL: "https://chat.example" });
    try {
      const { headers } = await anonymous(secure).get("/v1/users/me");
      const seconds = /max-age=(\d+)/.exec(headers.get("strict-transport-security") ?? "")?.[1];
      expect(Number(seconds)).toBeGreaterThanOrEqual(31_536_000);
    } finally {
      await secure.stop();
    }
  });

  test("to a token is private and to be checked again", async () => {
    const refused = ["/v1/conversations/x", `/v1/users/${person.sessionId}`];
    for (const path of ["/v1/users/me", "/v1/conversations", `/v1/users/${other.id}`, ...refused]) {
      expect((await person.get(path)).headers.get("cache-control")).toBe("private, no-cache");
    }
  });

  test("names ids as UUIDv7 and times as ISO 8601 in UTC with milliseconds", async () => {
    const conversation = await buildGroup(person, [other]);
    expect([conversation.id, conversation.created_by]).toEqual([
      expect.stringMatching(uuidV7),
      expect.stringMatching(uuidV7),
    ]);
    expect([conversation.created_at, conversation.updated_at]).toEqual([
      expect.stringMatching(isoTime),
      expect.stringMatching(isoTime),
    ]);
  });
});

describe("X-Request-ID", () => {
  const ask = (id: string) => visitor.get("/v1/users/me", { "x-request-id": id });

  test.each([
    ["one character", "a"],
    ["all the characters", "AZaz09._-"],
    ["128 characters", "x".repeat(128)],
  ])("of %s is taken and echoed", async (_what, id) => {
    const answer = await ask(id);
    expect(answer.headers.get("x-request-id")).toBe(id);
    expect(answer.error?.request_id).toBe(id);
  });

  test.each([
    ["of 129 characters", "x".repeat(129)],
    ["with a space", "a b"],
    ["with a slash", "a/b"],
    ["with a comma", "a,b"],
    ["with markup", "<script>"],
    ["with quotes", 'a"b'],
    ["with letters beyond ASCII", "caf\u00e9"],
    ["that is empty", ""],
  ])("%s is replaced by one made here", async (_what, id) => {
    const made = (await ask(id)).headers.get("x-request-id") ?? "";
    expect(made).not.toBe(id);
    expect(made).toMatch(requestIdPattern);
  });

  test("is made for each request that has none", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => person.get("/v1/users/me")));
    const made = answers.map((answer) => answer.headers.get("x-request-id") ?? "");
    for (const id of made) expect(id).toMatch(requestIdPattern);
    expect(new Set(made).size).toBe(20);
  });
});

describe("checks run in the contract's order", () => {
  const unknown = Bun.randomUUIDv7();
  const text = { "content-type": "text/plain" };

  test("404 of the path comes before 401 and 400", async () => {
    expectRefusal(await visitor.get("/v1/no-such-thing"), 404, "NOT_FOUND");
    const posted = await visitor.request("POST", "/v1/no/such/thing", { raw: "{", headers: text });
    expectRefusal(posted, 404, "NOT_FOUND");
  });

  test("405 names what is allowed and comes before 401 and 415", async () => {
    const register = await visitor.request("DELETE", "/v1/auth/register", { raw: "x", headers: text });
    expectRefusal(register, 405, "METHOD_NOT_ALLOWED");
    expect(allowed(register.headers)).toContain("POST");
    expect(allowed(register.headers)).not.toContain("DELETE");
    const messages = await visitor.request("PUT", "/v1/messages");
    expectRefusal(messages, 405, "METHOD_NOT_ALLOWED");
    expect(allowed(messages.headers)).toEqual(expect.arrayContaining(["GET", "POST"]));
  });

  test("401 comes before 415, 413 and 400", async () => {
    const raw = "x".repeat(bodyLimit + 1);
    expectRefusal(await visitor.request("POST", "/v1/messages", { raw, headers: text }), 401, "UNAUTHORIZED");
    expectRefusal(await visitor.post("/v1/messages", {}), 401, "UNAUTHORIZED");
    expectRefusal(await visitor.get("/v1/users/not-an-id"), 401, "UNAUTHORIZED");
    expectRefusal(await withToken(app, "x").get("/v1/users?limit=0"), 401, "UNAUTHORIZED");
  });

  test("415 and 413 come before 400", async () => {
    const ill = await person.request("POST", "/v1/messages", { raw: "{", headers: text });
    expectRefusal(ill, 415, "UNSUPPORTED_MEDIA_TYPE");
    const json = { "content-type": "application/json" };
    const big = await person.request("POST", "/v1/messages", {
      raw: "{".repeat(bodyLimit + 1),
      headers: json,
    });
    expectRefusal(big, 413, "PAYLOAD_TOO_LARGE");
  });

  test("400 comes before 404 of the object", async () => {
    const patched = await person.patch(`/v1/conversations/${unknown}`, { title: 7 });
    expectRefusal(patched, 400, "VALIDATION_ERROR", "title");
    expectRefusal(await person.patch(`/v1/conversations/${unknown}`, { title: "ok" }), 404, "NOT_FOUND");
  });

  test("400 comes before 403, and 403 before 409", async () => {
    const direct = await buildDirect(person, other);
    const path = `/v1/conversations/${direct.id}/participants`;
    expectRefusal(await outsider.post(path, { user_ids: "x" }), 400, "VALIDATION_ERROR", "user_ids");
    expectRefusal(await outsider.post(path, { user_ids: [outsider.id] }), 403, "FORBIDDEN");
    expectRefusal(await person.post(path, { user_ids: [outsider.id] }), 409, "CONFLICT");
  });
});

describe("a refused upgrade", () => {
  test("is answered like any other refusal, with all its headers", async () => {
    const { status, headers, body } = await rawUpgrade(app, { headers: { "X-Request-ID": "up-1" } });
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({
      success: false,
      error: { code: "UNAUTHORIZED", request_id: "up-1" },
    });
    expect(headers).toMatchObject({
      "x-request-id": "up-1",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
      "www-authenticate": expect.stringMatching(/^Bearer/),
    });
  });

  test("by another method is 405, and without the upgrade a refusal in the envelope", async () => {
    const posted = await person.post("/v1/ws/chat", {});
    expectRefusal(posted, 405, "METHOD_NOT_ALLOWED");
    expect(allowed(posted.headers)).toEqual(["GET"]);
    expectEnvelope(await person.get("/v1/ws/chat"));
    expectRefusal(await visitor.get("/v1/ws/chat"), 401, "UNAUTHORIZED");
  });
});

describe("paths", () => {
  test("written oddly never get past the check of the token", async () => {
    const odd = [
      "/v1/users/me/",
      "/v1//users/me",
      "//v1/users/me",
      "/V1/users/me",
      "/v1/Users/Me",
      "/v1/users/%6de",
      "/v1/users/./me",
      "/v1/auth/../users/me",
      "/v1/auth/%2e%2e/users/me",
      "/v1/users/me;a=b",
      "/v1/users/me%00",
      "/v1/users\\me",
    ];
    for (const path of odd) {
      const { status } = await sendBytes(app, requestHead(app, `GET ${path}`));
      expect([400, 401, 404]).toContain(status);
    }
  });

  test("are asked only by the request's own method, whatever a header or parameter says", async () => {
    const direct = await buildDirect(person, outsider);
    for (const header of ["x-http-method-override", "x-http-method", "x-method-override"]) {
      const answer = await person.get(`/v1/conversations/${direct.id}?_method=DELETE`, {
        [header]: "DELETE",
      });
      expect(answer.data).toMatchObject({ id: direct.id, archived: false });
    }
  });

  test.each(["TRACE", "CONNECT", "PROPFIND"])("refuse %s", async (method) => {
    const target = method === "CONNECT" ? "example.test:443" : "/v1/users/me";
    const { status, body } = await sendBytes(app, requestHead(app, `${method} ${target}`));
    expect([400, 404, 405, 501]).toContain(status);
    expect(body).not.toContain(person.email);
  });

  test("answer HEAD as GET without the body, or refuse it, but never without a token", async () => {
    expect([401, 405]).toContain((await visitor.request("HEAD", "/v1/users/me")).status);
    const own = await person.request("HEAD", "/v1/users/me");
    expect([200, 405]).toContain(own.status);
    expect(own.text).toBe("");
  });
});

describe("ETag", () => {
  test("of one user answers 304 without a body while nothing changed, and a new one after a change", async () => {
    const path = `/v1/users/${other.id}`;
    const first = await person.get(path);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
    const same = await person.get(path, { "if-none-match": tag });
    expect(same.status).toBe(304);
    expect(same.text).toBe("");
    expect(same.headers.get("etag")).toBe(tag);
    await other.patch("/v1/users/me", { display_name: "Changed since" });
    const changed = await person.get(path, { "if-none-match": tag });
    expect(changed.status).toBe(200);
    expect(changed.data.display_name).toBe("Changed since");
    expect(changed.headers.get("etag")).not.toBe(tag);
  });

  test("of oneself and of a conversation does the same", async () => {
    const group = await buildGroup(person, [other]);
    for (const path of ["/v1/users/me", "/v1/users/profile", `/v1/conversations/${group.id}`]) {
      const tag = (await person.get(path)).headers.get("etag") ?? "";
      expect(tag).toMatch(/^(W\/)?"[^"]+"$/);
      expect((await person.get(path, { "if-none-match": tag })).status).toBe(304);
    }
    const path = `/v1/conversations/${group.id}`;
    const tag = (await person.get(path)).headers.get("etag") ?? "";
    await person.patch(path, { title: "Another title" });
    expect((await person.get(path, { "if-none-match": tag })).status).toBe(200);
  });

  test("is found in a list and compared weakly; another one brings the whole answer", async () => {
    const tag = (await person.get("/v1/users/me")).headers.get("etag") ?? "";
    const strong = tag.replace(/^W\//, "");
    for (const header of [`"other", ${tag}`, `W/${strong}`, strong, "*"]) {
      expect((await person.get("/v1/users/me", { "if-none-match": header })).status).toBe(304);
    }
    for (const header of ['"other"', "other", `"x${strong.slice(1)}`]) {
      expect((await person.get("/v1/users/me", { "if-none-match": header })).status).toBe(200);
    }
  });

  test("never lets anybody see without a token that something is unchanged", async () => {
    const tag = (await person.get("/v1/users/me")).headers.get("etag") ?? "";
    expect((await visitor.get("/v1/users/me", { "if-none-match": tag })).status).toBe(401);
  });
});

describe("a query", () => {
  test("means the same whether its letters are encoded or not", async () => {
    const queries = [
      "limit=1",
      "limit=1&limit=x",
      "&limit=1&&",
      "limit=1=1",
      "limit=",
      "limit",
      "=1",
      "&",
      "__proto__=1",
    ];
    for (const query of queries) {
      const encoded = query.replace(/[a-z1]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
      const plain = await person.get(`/v1/users?${query}`);
      const same = await person.get(`/v1/users?${encoded}`);
      expect([same.status, same.body?.data]).toEqual([plain.status, plain.body?.data]);
      expect(same.error?.details).toEqual(plain.error?.details);
    }
    expect((await person.get("/v1/users?limit=1&limit=x")).status).toBe(200);
    expectRefusal(await person.get("/v1/users?limit=1=1"), 400, "VALIDATION_ERROR");
  });
});

function allowed(headers: Headers): string[] {
  return (headers.get("allow") ?? "").split(",").map((method) => method.trim());
}
