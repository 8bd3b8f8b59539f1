import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { anonymous, register } from "../kit/person.ts";

const shop = "https://shop.example";
const app = await startApp({ PARLEY_CORS_ORIGINS: `${shop}, https://desk.example:8443` });
afterAll(() => app.stop());
const visitor = anonymous(app);

const preflight = (origin: string) =>
  visitor.request("OPTIONS", "/v1/messages", {
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
const leave = (headers: Headers) => headers.get("access-control-allow-origin");

describe("a page of a listed origin", () => {
  test("may ask beforehand, with the contract's headers, and never with credentials", async () => {
    for (const origin of [shop, "https://desk.example:8443"]) {
      const { status, headers } = await preflight(origin);
      expect([status, leave(headers)]).toEqual([204, origin]);
      expect(headers.get("access-control-allow-headers")?.toLowerCase()).toContain("authorization");
      expect(headers.get("access-control-allow-methods")).toContain("PATCH");
      expect(headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test("may read answers and what they say of limits, refusals too", async () => {
    const person = await register(app);
    for (const path of ["/v1/users/me", "/v1/conversations/x", "/v1/nowhere"]) {
      const { headers } = await person.get(path, { origin: shop });
      expect(leave(headers)).toBe(shop);
      expect(headers.get("access-control-expose-headers")).toContain("Retry-After");
    }
  });
});

describe("a page of any other origin gets no leave (CS-03):", () => {
  test.each([
    "https://evil.example",
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "https://shop.example:444",
    "http://shop.example",
    "https://desk.example",
    "null",
    "*",
  ])("%s", async (origin) => {
    expect(leave((await preflight(origin)).headers)).toBeNull();
    expect(leave((await visitor.get("/v1/auth/options", { origin })).headers)).toBeNull();
  });
});

test("a server that lists no origins answers a preflight with 204 and no leave", async () => {
  const closed = await startApp();
  try {
    const { status, headers } = await anonymous(closed).request("OPTIONS", "/v1/messages", {
      headers: { origin: shop, "access-control-request-method": "POST" },
    });
    expect([status, leave(headers)]).toEqual([204, null]);
    const plain = await anonymous(closed).request("OPTIONS", "/v1/messages");
    expect([plain.status, plain.error?.code]).toEqual([405, "METHOD_NOT_ALLOWED"]);
  } finally {
    await closed.stop();
  }
});
