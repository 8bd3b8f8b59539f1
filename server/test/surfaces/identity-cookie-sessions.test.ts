import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { loginByCookie, openBrowser, type SignedInByCookie } from "../kit/browser.ts";
import { day, inFuture } from "../kit/clock.ts";
import { expectRefusal, expectTime, uuidV7 } from "../kit/expectations.ts";
import {
  anonymous,
  buildRegistration,
  callerWith,
  goodPassword,
  loginAgain,
  register,
} from "../kit/person.ts";
import { endOf, TestSocket } from "../kit/socket.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const shop = "https://shop.example";
const app = await startApp({ PARLEY_CORS_ORIGINS: shop });
afterAll(() => app.stop());
const ann = await register(app);
const browser = await openBrowser(app, ann);
const withCookie = (headers: Record<string, string>) =>
  callerWith(app, { cookie: browser.cookie, ...headers });
const rename = (headers: Record<string, string>) =>
  withCookie(headers).patch("/v1/users/me", { display_name: "Changed by another page" });

describe("signing in with a cookie session", () => {
  test("answers the user and a CSRF token and sets the cookie, and answers no tokens", async () => {
    const answer = await loginByCookie(app, ann);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.data).sort()).toEqual(["csrf_token", "expires_at", "session_id", "user"]);
    expect(answer.data.user.id).toBe(ann.id);
    expect(answer.data.session_id).toMatch(uuidV7);
    expectTime(answer.data.expires_at, 30 * day);
    const [pair = "", ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
    expect(pair).toStartWith("parley=");
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=7776000", "Path=/", "SameSite=Lax"]);
    expect(answer.text).not.toContain(pair.slice("parley=".length));
  });

  test("registering does the same", async () => {
    const body = { ...buildRegistration(), session: "cookie" };
    const answer = await anonymous(app).post<SignedInByCookie>("/v1/auth/register", body);
    expect(answer.status).toBe(201);
    expect(answer.data).not.toHaveProperty("access_token");
    const cookie = answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    const me = await callerWith(app, { cookie }).get<{ username: string }>("/v1/users/me");
    expect(me.data.username).toBe(body.username);
  });

  test("without asking for it there is no cookie", async () => {
    const answer = await anonymous(app).post("/v1/auth/login", { email: ann.email, password: ann.password });
    expect(answer.headers.has("set-cookie")).toBe(false);
    expect(answer.data).toHaveProperty("access_token");
  });

  test.each(["none", "Cookie", 1])("session: %p is 400 and names it", async (session) => {
    const answer = await loginByCookie(app, ann, {}, { session });
    expectRefusal(answer, 400, "VALIDATION_ERROR", "session");
  });

  test("replaces the browser's session: the cookie from before is dead, also a planted one", async () => {
    const bob = await register(app);
    const planted = await openBrowser(app, ann);
    const fresh = await openBrowser(app, bob, { cookie: planted.cookie });
    expect(fresh.sessionId).not.toBe(planted.sessionId);
    expect((await planted.get("/v1/users/me")).status).toBe(401);
    expect((await fresh.get<{ id: string }>("/v1/users/me")).data.id).toBe(bob.id);
  });

  test("works again in a browser that has a cookie already, live or dead, without its CSRF token", async () => {
    const live = await openBrowser(app, ann);
    const again = await openBrowser(app, ann, { cookie: live.cookie, origin: app.url });
    const third = await openBrowser(app, ann, { cookie: live.cookie, origin: app.url });
    expect((await again.get("/v1/users/me")).status).toBe(200);
    expect((await third.get("/v1/users/me")).status).toBe(200);
  });

  test("a wrong password sets no cookie and ends nothing", async () => {
    const former = await openBrowser(app, ann);
    const answer = await loginByCookie(app, ann, { cookie: former.cookie }, { password: "Wrong-Horse-8" });
    expectRefusal(answer, 401, "INVALID_CREDENTIALS");
    expect(answer.headers.has("set-cookie")).toBe(false);
    expect((await former.get("/v1/users/me")).status).toBe(200);
  });

  test.each([
    ["a page of another origin", { origin: "https://evil.example" }],
    ["a page of a listed origin", { origin: shop }],
    ["a sandboxed page", { origin: "null" }],
    ["a page that hides its origin", { "sec-fetch-site": "cross-site" }],
  ])("%s cannot begin one", async (_what, headers: Record<string, string>) => {
    const answer = await loginByCookie(app, ann, headers);
    expectRefusal(answer, 403, "CSRF_FAILED");
    expect(answer.headers.has("set-cookie")).toBe(false);
  });
});

describe("a request that the cookie signs in", () => {
  test("reads without more", async () => {
    expect((await withCookie({}).get("/v1/users/me")).status).toBe(200);
  });

  test("changes with the CSRF token from an own page", async () => {
    expect((await browser.patch("/v1/users/me", { display_name: "Ann in a browser" })).status).toBe(200);
  });

  test("is the server's own under localhost too, when no public URL is set", async () => {
    const origin = `http://localhost:${new URL(app.url).port}`;
    const answer = await rename({ origin, "x-csrf-token": browser.csrfToken });
    expect(answer.status).toBe(200);
    await browser.patch("/v1/users/me", { display_name: "Ann in a browser" });
  });

  const own = { origin: app.url };
  test.each([
    ["without the token", { ...own }],
    ["with an empty token", { ...own, "x-csrf-token": "" }],
    ["with half a token", { ...own, "x-csrf-token": browser.csrfToken.slice(0, 20) }],
    ["without an origin", { "x-csrf-token": browser.csrfToken }],
    [
      "without an origin, from another site",
      { "x-csrf-token": browser.csrfToken, "sec-fetch-site": "cross-site" },
    ],
    ["from another origin", { origin: "https://evil.example", "x-csrf-token": browser.csrfToken }],
    ["from a listed origin", { origin: shop, "x-csrf-token": browser.csrfToken }],
    ["from the origin null", { origin: "null", "x-csrf-token": browser.csrfToken }],
    ["from another port", { origin: "http://127.0.0.1:1", "x-csrf-token": browser.csrfToken }],
    [
      "from an origin that only begins alike",
      { origin: `${app.url}.evil.example`, "x-csrf-token": browser.csrfToken },
    ],
  ])("%s changes nothing: 403 CSRF_FAILED", async (_what, headers: Record<string, string>) => {
    expectRefusal(await rename(headers), 403, "CSRF_FAILED");
    const me = await browser.get<{ display_name: string }>("/v1/users/me");
    expect(me.data.display_name).toBe("Ann in a browser");
  });

  test("with another session's token changes nothing", async () => {
    const other = await openBrowser(app, ann);
    expectRefusal(await rename({ ...own, "x-csrf-token": other.csrfToken }), 403, "CSRF_FAILED");
  });

  test("with a body that is not declared as JSON is 415, on every kind of form", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const answer = await browser.request("PATCH", "/v1/users/me", {
        raw: '{"display_name":"Form"}',
        headers: { "content-type": type },
      });
      expectRefusal(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }
  });

  test("with a token beside the cookie is the token's, and needs neither", async () => {
    const bob = await register(app);
    const me = await bob.patch<{ id: string }>(
      "/v1/users/me",
      { display_name: "Bob by token" },
      { cookie: browser.cookie },
    );
    expect(me.data.id).toBe(bob.id);
  });

  test("is 401 with a cookie that is no session's, and before its CSRF token is looked at", async () => {
    const id = browser.sessionId;
    const dead = [
      "",
      "x",
      ".",
      id,
      `${id}.`,
      `${id}.x`,
      `${browser.cookie.slice(7)}x`,
      `${browser.cookie.slice(7)}.x`,
    ];
    for (const value of dead) {
      const answer = await callerWith(app, { cookie: `parley=${value}` }).post("/v1/auth/ws-ticket");
      expectRefusal(answer, 401, "UNAUTHORIZED");
    }
  });

  test("never gets leave for a page of another origin to read the answer", async () => {
    const answer = await withCookie({ origin: shop }).get("/v1/users/me");
    expect(answer.headers.has("access-control-allow-origin")).toBe(false);
    expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
    const byToken = await ann.get("/v1/users/me", { origin: shop });
    expect(byToken.headers.get("access-control-allow-origin")).toBe(shop);
    expect(byToken.headers.has("access-control-allow-credentials")).toBe(false);
  });
});

describe("the CSRF token", () => {
  test.each(["/v1/auth/profile", "/v1/sessions/current"])(
    "is told again by GET %s, for a page that was loaded again",
    async (path) => {
      const { data } = await withCookie({}).get<{ csrf_token: string }>(path);
      expect(data.csrf_token).toBe(browser.csrfToken);
    },
  );

  test("is not told to a session of tokens", async () => {
    for (const path of ["/v1/auth/profile", "/v1/sessions/current"]) {
      expect((await ann.get(path)).data).not.toHaveProperty("csrf_token");
    }
  });
});

describe("sockets", () => {
  test("a cookie opens none", async () => {
    const answer = await withCookie({
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": Buffer.alloc(16).toString("base64"),
      origin: app.url,
    }).get("/v1/ws/chat");
    expect(answer.status).toBe(401);
  });

  test("a ticket taken with the cookie does, and signing out closes it with 4401", async () => {
    const tab = await openBrowser(app, ann);
    const { data } = await tab.post<{ ticket: string }>("/v1/auth/ws-ticket");
    const socket = await TestSocket.connect(app, ann, {
      auth: "none",
      query: { ticket: data.ticket },
    });
    expect((await tab.post("/v1/auth/logout")).status).toBe(200);
    expect(await endOf(socket)).toBe(4401);
  });
});

describe("the end of a cookie session", () => {
  test.each([
    ["signing out", "POST", "/v1/auth/logout", {}],
    ["signing out everywhere", "POST", "/v1/auth/logout", { all: true }],
  ])("%s ends it and clears the cookie", async (_what, method, path, body) => {
    const bob = await register(app);
    const tab = await openBrowser(app, bob);
    const answer = await tab.request(method, path, { body });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("set-cookie")).toMatch(/^parley=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/);
    expect((await tab.get("/v1/users/me")).status).toBe(401);
  });

  test("ending it by its id in the session list clears the cookie too, ending another leaves it", async () => {
    const tab = await openBrowser(app, ann);
    const other = await openBrowser(app, ann);
    const ended = await tab.delete(`/v1/sessions/${other.sessionId}`);
    expect(ended.headers.has("set-cookie")).toBe(false);
    const own = await tab.delete(`/v1/sessions/${tab.sessionId}`);
    expect(own.headers.get("set-cookie")).toContain("Max-Age=0");
  });

  test("a password change elsewhere ends it at once", async () => {
    const bob = await register(app);
    const tab = await openBrowser(app, bob);
    await bob.post("/v1/users/me/password", {
      current_password: goodPassword,
      new_password: "Other-Horse-8",
    });
    expect((await tab.get("/v1/users/me")).status).toBe(401);
  });

  test("it ends after 30 days without use, goes on when it is used, and never beyond 90", async () => {
    const bob = await register(app);
    const [idle, used] = [await openBrowser(app, bob), await openBrowser(app, bob)];
    for (const days of [20, 40, 60, 80, 89]) {
      expect((await inFuture(days * day, () => used.get("/v1/users/me"))).status).toBe(200);
    }
    expect((await inFuture(31 * day, () => idle.get("/v1/users/me"))).status).toBe(401);
    expect((await inFuture(91 * day, () => used.get("/v1/users/me"))).status).toBe(401);
  });
});

test("the session list tells cookies from tokens and names the devices", async () => {
  const carol = await register(app);
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  await openBrowser(app, carol, { "user-agent": firefox });
  await loginByCookie(app, carol, {}, { device_name: "Kitchen tablet" });
  const agent = { "user-agent": "parley-cli/1.0" };
  await anonymous(app).post("/v1/auth/login", { email: carol.email, password: carol.password }, agent);
  const { data } = await carol.get<{ sessions: { device_name: string; kind: string }[] }>("/v1/sessions");
  const seen = data.sessions.map(({ device_name, kind }) => `${device_name}: ${kind}`);
  expect(seen).toContain("Firefox on Linux: cookie");
  expect(seen).toContain("Kitchen tablet: cookie");
  expect(seen).toContain("parley-cli: bearer");
});

test("a session of tokens is not opened by a cookie made of its id", async () => {
  const bob = await register(app);
  const again = await loginAgain(app, bob);
  for (const secret of [again.refreshToken, again.accessToken, "null", ""]) {
    const answer = await callerWith(app, { cookie: `parley=${again.sessionId}.${secret}` }).get(
      "/v1/users/me",
    );
    expect(answer.status).toBe(401);
  }
});

describe("under https", () => {
  test("the cookie is __Host-parley and Secure, and only the public URL is an own origin", async () => {
    const secure = await startApp({ PARLEY_PUBLIC_URL: "https://chat.shop.example" });
    try {
      const dan = await register(secure);
      const tab = await openBrowser(secure, dan);
      expect(tab.setCookie).toMatch(
        /^__Host-parley=[^;]+; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      );
      expectRefusal(await tab.post("/v1/auth/ws-ticket"), 403, "CSRF_FAILED");
      const own = await tab.post("/v1/auth/ws-ticket", undefined, { origin: "https://chat.shop.example" });
      expect(own.status).toBe(200);
      expect(own.headers.get("strict-transport-security")).toContain("max-age=");
    } finally {
      await secure.stop();
    }
  });

  test("name and domain are the operator's", async () => {
    const secure = await startApp({
      PARLEY_PUBLIC_URL: "https://chat.shop.example",
      PARLEY_COOKIE_DOMAIN: "shop.example",
      PARLEY_COOKIE_NAME: "shop_chat",
    });
    try {
      const dan = await register(secure);
      const tab = await openBrowser(secure, dan);
      expect(tab.setCookie).toMatch(/^shop_chat=[^;]+; .*Secure; Domain=shop\.example$/);
      expect((await tab.get("/v1/users/me")).status).toBe(200);
    } finally {
      await secure.stop();
    }
  });

  test.each([
    ["a domain that the host is not in", { PARLEY_COOKIE_DOMAIN: "other.example" }, "PARLEY_COOKIE_DOMAIN"],
    ["a domain that is none", { PARLEY_COOKIE_DOMAIN: "a;b" }, "PARLEY_COOKIE_DOMAIN"],
    ["a name with a space", { PARLEY_COOKIE_NAME: "a b" }, "PARLEY_COOKIE_NAME"],
    [
      "__Host- with a domain",
      { PARLEY_COOKIE_NAME: "__Host-x", PARLEY_COOKIE_DOMAIN: "shop.example" },
      "PARLEY_COOKIE_NAME",
    ],
    [
      "__Host- without https",
      { PARLEY_PUBLIC_URL: "http://shop.example", PARLEY_COOKIE_NAME: "__Host-x" },
      "PARLEY_COOKIE_NAME",
    ],
  ])("%s stops the start and names the variable", async (_what, env: Record<string, string>, name) => {
    const start = startApp({ PARLEY_PUBLIC_URL: "https://shop.example", ...env });
    expect(start).rejects.toThrow(new RegExp(`^${name}=`));
  });
});
