import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { unknownId } from "../kit/expectations.ts";
import { type Answer, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Message } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let cat: Person;
let group: Conversation;
let message: Message;

type Route = [method: "POST" | "PUT" | "PATCH", path: string, valid: JsonObject];

const json = { "content-type": "application/json" };

/** Every route of conversations and messages that takes a body, with a body that it accepts. */
function routes(): Route[] {
  const path = `/v1/conversations/${group.id}`;
  return [
    ["POST", "/v1/conversations", { type: "group", title: "t", participant_ids: [bob.id], description: "d" }],
    ["PATCH", path, { title: "t", description: "d", avatar_url: "https://example.test/a.png" }],
    ["PUT", `${path}/settings`, { is_e2ee_enabled: false }],
    ["POST", `${path}/archive`, { archived: false }],
    ["POST", `${path}/mute`, { until: "2030-01-01T00:00:00.000Z" }],
    ["POST", `${path}/mark-read`, { seq: 1 }],
    ["POST", `${path}/participants`, { user_ids: [cat.id], role: "member" }],
    ["PATCH", `${path}/participants/${bob.id}`, { role: "member" }],
    [
      "POST",
      "/v1/messages",
      {
        conversation_id: group.id,
        content: "hello",
        message_type: "text",
        is_encrypted: false,
        client_message_id: "fuzz",
        metadata: { reply_to: message.message_id, mentions: [bob.id], attachments: [], own: { a: [1] } },
      },
    ],
    ["PATCH", `/v1/messages/${message.message_id}`, { content: "edited" }],
  ];
}

const sendRaw = (
  route: Route,
  raw: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = json,
) => ann.request(route[0], route[1], { raw, headers });

/** A refusal in the contract's envelope that gives nothing of the inside away. */
function expectRefusal(answer: Answer, statuses: number[]): void {
  expect(statuses).toContain(answer.status);
  expect(answer.body?.success).toBe(false);
  expect(answer.error?.code).toMatch(/^[A-Z_]+$/);
  expect(answer.error?.message).toBeString();
  expect(answer.error?.request_id).toBeString();
  expect(answer.text).not.toMatch(
    /node_modules|\.ts:\d|at \w+ \(|SQLITE|sqlite_|syntax error|select .* from/i,
  );
}

/** A small deterministic generator, so that a failing mutation can be made again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const oddValues: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53 + 2,
  1e308,
  "",
  " ",
  "x",
  "x".repeat(70_000),
  "\u0000",
  "\ud800",
  "١٢",
  "NaN",
  [],
  [[]],
  [null],
  {},
  { $ne: null },
  { toString: 1 },
  { length: -1 },
  unknownId,
  "../../etc/passwd",
  "%00",
  "'--",
  ["__proto__"],
  { constructor: { prototype: {} } },
  Array(2_000).fill("a"),
  "2024-02-30T00:00:00Z",
];

/** The valid body with one field dropped, replaced, doubled or wrapped. */
function mutate(valid: JsonObject, pick: (below: number) => number): JsonObject {
  const keys = Object.keys(valid);
  const key = keys[pick(keys.length)] ?? "x";
  const value = oddValues[pick(oddValues.length)];
  switch (pick(5)) {
    case 0:
      return Object.fromEntries(Object.entries(valid).filter(([name]) => name !== key));
    case 1:
      return { ...valid, [key]: [valid[key]] };
    case 2:
      return { ...valid, [`${key}\u0000`]: value, [JSON.stringify(value).slice(0, 50)]: value };
    case 3: {
      const nested = valid[key];
      const isObject = typeof nested === "object" && nested !== null && !Array.isArray(nested);
      return { ...valid, [key]: isObject ? mutate(nested as JsonObject, pick) : value };
    }
    default:
      return { ...valid, [key]: value };
  }
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, cat] = await Promise.all([register(app), register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
  message = await sendText(ann, group.id, "seed");
});

afterAll(() => app.stop());

describe("on every route that takes a body", () => {
  const nested = (depth: number) => `{"content":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const bodies: [string, () => string | Uint8Array<ArrayBuffer>, number[]][] = [
    ["cut JSON", () => '{"content":"x"', [400]],
    ["JSON with a trailing comma", () => '{"content":"x",}', [400]],
    ["JSON with single quotes", () => "{'content':'x'}", [400]],
    ["NaN", () => '{"seq":NaN}', [400]],
    ["two values", () => "{} {}", [400]],
    ["a list", () => "[]", [400]],
    ["a number", () => "1", [400]],
    ["a string", () => '"content"', [400]],
    ["33 levels", () => nested(33), [400]],
    ["100,000 levels", () => nested(100_000), [400]],
    [
      "bytes that are no UTF-8",
      () => new Uint8Array([123, 34, 97, 34, 58, 34, 0xff, 0xc3, 0x28, 34, 125]),
      [400],
    ],
    ["more than 256 KiB", () => JSON.stringify({ content: "x".repeat(257 * 1024) }), [413]],
  ];
  test.each(bodies)("%s is refused in the contract's envelope", async (_what, body, statuses) => {
    for (const route of routes()) expectRefusal(await sendRaw(route, body()), statuses);
  });

  test("a body that is not JSON by its content type, or is compressed, is 415", async () => {
    const raw = JSON.stringify({ content: "x" });
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      for (const route of routes()) {
        const answer = await sendRaw(route, raw, { "content-type": type });
        expectRefusal(answer, [415]);
        expect(answer.error?.code).toBe("UNSUPPORTED_MEDIA_TYPE");
      }
    }
    const packed = new Uint8Array(Bun.gzipSync(Buffer.from(raw)));
    const headers = { ...json, "content-encoding": "gzip" };
    for (const route of routes()) expectRefusal(await sendRaw(route, packed, headers), [415]);
  });

  test("20,000 keys, null, or keys that JavaScript knows, are harmless", async () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 0]));
    for (const route of routes()) {
      const answers = [
        await sendRaw(route, JSON.stringify(many)),
        await sendRaw(route, "null"),
        await sendRaw(route, '{"__proto__":{"content":"x","title":"x","archived":true},"hasOwnProperty":1}'),
      ];
      for (const { status } of answers) expect(status).toBeLessThan(500);
    }
    expect(({} as JsonObject).content).toBeUndefined();
  });

  test("300 odd variations of a valid body each never fail inside the server", async () => {
    const pick = generator(20_260_111);
    for (const route of routes()) {
      for (let count = 0; count < 300; count++) {
        const body = JSON.stringify(mutate(route[2], pick));
        const { status, text } = await sendRaw(route, body);
        if (status >= 500)
          throw new Error(`${route[0]} ${route[1]} with ${body.slice(0, 500)}: ${status} ${text}`);
      }
    }
    expect((await ann.get("/health")).status).toBe(200);
  }, 120_000);

  test("a body cut or changed at any byte never fails inside the server", async () => {
    const pick = generator(7);
    for (const route of routes()) {
      const valid = Buffer.from(JSON.stringify(route[2]));
      for (let count = 0; count < 60; count++) {
        const bytes = Buffer.from(valid);
        bytes[pick(bytes.length)] = pick(256);
        const end = count % 3 === 0 ? pick(bytes.length) : bytes.length;
        const { status } = await sendRaw(route, new Uint8Array(bytes.subarray(0, end)));
        expect(status).toBeLessThan(500);
      }
    }
  }, 60_000);
});

describe("addresses", () => {
  const odd = [
    "%00",
    "%ff",
    "..%2f",
    "%2e%2e",
    "null",
    "undefined",
    "-1",
    "1e400",
    "{}",
    "'--",
    "x".repeat(7_000),
  ];

  test("with odd ids are refused by every route", async () => {
    for (const id of odd) {
      const answers = await Promise.all([
        ann.get(`/v1/conversations/${id}`),
        ann.get(`/v1/conversations/${id}/participants`),
        ann.get(`/v1/messages/${id}`),
        ann.get(`/v1/messages/${id}/receipts`),
        ann.get(`/v1/messages?conversation_id=${id}`),
        ann.delete(`/v1/messages/${id}`),
        ann.delete(`/v1/conversations/${group.id}/participants/${id}`),
      ]);
      for (const { status } of answers) {
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
    }
  });

  test("with doubled or listed parameters never fail inside the server", async () => {
    const base = `/v1/messages?conversation_id=${group.id}`;
    const queries = [
      "&conversation_id=x",
      "&limit=1&limit=2",
      "&limit[]=3",
      "&limit[$gt]=1",
      "&__proto__=1",
      "&%ff=%fe",
    ];
    for (const query of queries) expect((await ann.get(`${base}${query}`)).status).toBeLessThan(500);
  });
});

test("an Idempotency-Key or token of odd bytes never fails inside the server", async () => {
  const body = { conversation_id: group.id, content: "x", message_type: "text" };
  for (const value of ["\u00ff\u00fe", "a\tb", "'; --", "{}", "k".repeat(8_000)]) {
    const { status } = await ann.post("/v1/messages", body, { "idempotency-key": value });
    expect(status).toBeLessThan(500);
    expect((await ann.post("/v1/messages", body, { authorization: `Bearer ${value}` })).status).toBe(401);
  }
});

test("after all this the server still takes messages in order", async () => {
  const fresh = await buildGroup(ann, [bob]);
  expect([(await sendText(ann, fresh.id, "one")).seq, (await sendText(bob, fresh.id, "two")).seq]).toEqual([
    1, 2,
  ]);
});
