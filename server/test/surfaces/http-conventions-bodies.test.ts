import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { register } from "../kit/person.ts";
import { requestHead, sendBytes } from "../kit/wire.ts";

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);
const other = await register(app);
const bodyLimit = 256 * 1024;

describe("the media type of a body", () => {
  const body = JSON.stringify({ display_name: "By media type" });
  const patch = (headers: Record<string, string>, raw: string | Uint8Array<ArrayBuffer> = body) =>
    person.request("PATCH", "/v1/users/me", { raw, headers });

  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])(
    "%s is taken",
    async (type) => expect((await patch({ "content-type": type })).status).toBe(200),
  );

  test.each([
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/jsonp",
    "text/plain; application/json",
    "json",
  ])("%s is 415", async (type) => {
    expectRefusal(await patch({ "content-type": type }), 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  test("a compressed body is 415, whether or not it would burst", async () => {
    const json = { "content-type": "application/json" };
    const small = Bun.gzipSync(Buffer.from(body));
    const bomb = Bun.gzipSync(Buffer.alloc(50_000_000, 32));
    for (const bytes of [small, bomb]) {
      const answer = await patch({ ...json, "content-encoding": "gzip" }, bytes);
      expectRefusal(answer, 415, "UNSUPPORTED_MEDIA_TYPE");
    }
  });
});

describe("the size of a body", () => {
  const json = { "content-type": "application/json" };
  const ofSize = (size: number) => {
    const frame = JSON.stringify({ display_name: "Sized", filler: "" });
    return JSON.stringify({ display_name: "Sized", filler: "x".repeat(size - frame.length) });
  };

  test("of exactly 256 KiB is taken", async () => {
    const answer = await person.request("PATCH", "/v1/users/me", { raw: ofSize(bodyLimit), headers: json });
    expect(answer.status).toBe(200);
  });

  test("of one byte more is 413", async () => {
    const raw = ofSize(bodyLimit + 1);
    const answer = await person.request("PATCH", "/v1/users/me", { raw, headers: json });
    expectRefusal(answer, 413, "PAYLOAD_TOO_LARGE");
  });

  test("of one byte more is 413 without a declared length, too", async () => {
    const chunk = ofSize(bodyLimit + 1);
    const head = requestHead(app, "PATCH /v1/users/me", {
      Authorization: `Bearer ${person.accessToken}`,
      "Content-Type": "application/json",
      "Transfer-Encoding": "chunked",
    });
    const chunked = `${head}${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`;
    expect((await sendBytes(app, chunked)).status).toBe(413);
  });

  test.each(["300000000", "1099511627776"])(
    "declared as %s bytes is refused before it is sent, in the envelope of every refusal",
    async (length) => {
      const paths = { "/v1/auth/login": 413, "/api/chat": 401, "/v1/nowhere": 404 };
      for (const [path, status] of Object.entries(paths)) {
        const head = requestHead(app, `POST ${path}`, {
          "Content-Type": "application/json",
          "Content-Length": length,
        });
        const answer = await sendBytes(app, `${head}{`);
        expect(answer.status).toBe(status);
        expect(answer.headers["x-content-type-options"]).toBe("nosniff");
        expect(JSON.parse(answer.body)).toMatchObject({
          success: false,
          error: { code: expect.any(String), request_id: expect.any(String) },
        });
      }
    },
  );
});

describe("fields", () => {
  test("that are unknown are ignored", async () => {
    const answer = await person.patch("/v1/users/me", { display_name: "Known", unknown: { a: [1] }, seq: 9 });
    expect(answer.data).toMatchObject({ display_name: "Known" });
    expect(answer.data).not.toHaveProperty("unknown");
  });

  test("inside lists are named by dotted path", async () => {
    const answer = await person.post("/v1/conversations", {
      type: "group",
      title: "t",
      participant_ids: [other.id, "not-an-id", 7],
    });
    expectRefusal(answer, 400, "VALIDATION_ERROR", "participant_ids.1", "participant_ids.2");
  });

  test.each(["0", "-1", "101", "1.5", "ten", "1e9", "NaN"])(
    "the limit %s of any list is 400",
    async (limit) => {
      for (const path of ["/v1/users?", "/v1/rooms?", "/v1/conversations?"]) {
        expectRefusal(await person.get(`${path}limit=${limit}`), 400, "VALIDATION_ERROR", "limit");
      }
    },
  );

  test.each(["1", "100"])("the limit %s of any list is taken", async (limit) => {
    for (const path of ["/v1/users?", "/v1/rooms?", "/v1/conversations?"]) {
      expect((await person.get(`${path}limit=${limit}`)).status).toBe(200);
    }
  });
});

describe("what is wrong with a field is said in words for a person", () => {
  test.each([
    ["POST", "/v1/auth/register", { email: 5 }, "email", "must be a string"],
    ["POST", "/v1/auth/register", {}, "display_name", "is required"],
    ["POST", "/v1/conversations", { participant_ids: "ada" }, "participant_ids", "must be a list"],
    ["POST", "/v1/presence", { online: "yes" }, "online", "must be true or false"],
    ["POST", "/v1/messages", { metadata: [] }, "metadata", "must be an object"],
    [
      "POST",
      "/v1/api-keys",
      { name: "key", scopes: ["all"] },
      "scopes.0",
      "must be one of read, write, admin",
    ],
    ["POST", "/v1/auth/login", [], "body", "must be an object"],
  ])("%s %s of %j names %s, which %s", async (method, path, body, field, words) => {
    const answer = await person.request(method, path, { body });
    expectRefusal(answer, 400, "VALIDATION_ERROR");
    expect(answer.error?.details).toContainEqual({ path: field, message: words });
  });
});
