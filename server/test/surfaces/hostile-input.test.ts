import { afterAll, afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { damage, seededRandom } from "../kit/damage.ts";
import { expectEnvelope, expectRefusal } from "../kit/expectations.ts";
import { anonymous, buildGroup, buildRegistration, register, sendText } from "../kit/person.ts";
import type { JsonObject, Message } from "../kit/shapes.ts";
import { requestHead, sendBytes } from "../kit/wire.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);
const other = await register(app);
const visitor = anonymous(app);
const group = await buildGroup(person, [other]);
const json = { "content-type": "application/json" };

const loginRaw = (raw: string | Uint8Array<ArrayBuffer>) =>
  visitor.request("POST", "/v1/auth/login", { raw, headers: json });
const patchRaw = (raw: string | Uint8Array<ArrayBuffer>) =>
  person.request("PATCH", "/v1/users/me", { raw, headers: json });

afterEach(async () => {
  expect((await visitor.get("/health")).status).toBe(200);
});

describe("a body that is not JSON is 400", () => {
  test.each([
    "",
    "{",
    "}",
    '{"a":}',
    '{"a":1,}',
    "{'a':1}",
    "{a:1}",
    "undefined",
    "NaN",
    "Infinity",
    "// x",
    '{"a":1} {"b":2}',
    '{"a":1}x',
    '{"a":"\u0001"}',
    '{"a":"\\x"}',
    '{"a":01}',
    '{"a":.5}',
    "\u0000",
    "<xml/>",
  ])("%j", async (raw) => expectRefusal(await loginRaw(raw), 400, "VALIDATION_ERROR"));

  test.each(["null", "true", "7", '"text"', "[]", '[{"email":"a"}]'])("nor an object: %s", async (raw) => {
    expectRefusal(await loginRaw(raw), 400, "VALIDATION_ERROR");
  });

  test.each([
    ["a stray continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate in CESU-8", [0xed, 0xa0, 0x80]],
    ["a cut sequence", [0xf0, 0x9f, 0x98]],
    ["a byte that UTF-8 never has", [0xff]],
  ])("nor UTF-8: %s", async (_what, bytes) => {
    const raw = Buffer.concat([Buffer.from('{"display_name":"a'), Buffer.from(bytes), Buffer.from('"}')]);
    expectRefusal(await patchRaw(new Uint8Array(raw)), 400, "VALIDATION_ERROR");
  });
});

describe("depth", () => {
  const nested = (levels: number, open: string, close: string) =>
    `{"display_name":"Deep","filler":${open.repeat(levels - 1)}1${close.repeat(levels - 1)}}`;

  test.each([
    ["lists", "[", "]"],
    ["objects", '{"a":', "}"],
  ])("of 32 %s is taken, 33 is 400", async (_what, open, close) => {
    expect((await patchRaw(nested(32, open, close))).status).toBe(200);
    expectRefusal(await patchRaw(nested(33, open, close)), 400, "VALIDATION_ERROR");
  });

  test.each([
    ["lists", "[", "]"],
    ["objects", '{"":', "}"],
    ["lists without an end", "[", ""],
  ])("of many thousand %s is refused at once", async (_what, open, close) => {
    const levels = Math.floor(250_000 / (open.length + close.length));
    const start = performance.now();
    expectRefusal(await patchRaw(nested(levels, open, close)), 400, "VALIDATION_ERROR");
    expect(performance.now() - start).toBeLessThan(500);
  });

  test("counts no bracket inside a text, nor after an escaped quote", async () => {
    for (const name of ["[".repeat(90), '\\"[[{{'.repeat(10), `"${"{".repeat(60)}`]) {
      const answer = await person.patch("/v1/users/me", { display_name: name });
      expect(answer.data.display_name).toBe(name);
    }
  });
});

describe("width", () => {
  test("of twenty thousand unknown keys does no harm", async () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`);
    const start = performance.now();
    const answer = await patchRaw(`{"display_name":"Wide",${keys.join(",")}}`);
    expect([200, 400]).toContain(answer.status);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test("of a list of a hundred thousand where a few are meant is 400 at once", async () => {
    const start = performance.now();
    const answer = await person.request("POST", "/v1/conversations", {
      raw: `{"type":"group","title":"t","participant_ids":[${"1,".repeat(100_000)}1]}`,
      headers: json,
    });
    expectRefusal(answer, 400, "VALIDATION_ERROR");
    expect(answer.text.length).toBeLessThan(100_000);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("keys that mean something to JavaScript", () => {
  test.each([
    '{"__proto__":{"role":"admin","display_name":"x"},"display_name":"Plain"}',
    '{"constructor":{"prototype":{"role":"admin"}},"display_name":"Plain"}',
    '{"toString":1,"valueOf":1,"hasOwnProperty":1,"then":1,"display_name":"Plain"}',
  ])("are ignored or refused, and change nothing: %s", async (raw) => {
    const answer = await other.request("PATCH", "/v1/users/me", { raw, headers: json });
    if (answer.status !== 200) expectRefusal(answer, 400, "VALIDATION_ERROR");
    expect((await other.get("/v1/auth/profile")).data.role).toBe("user");
    const newcomer = await register(app);
    expect((await newcomer.get("/v1/auth/profile")).data.role).toBe("user");
    expect(Object.keys({})).toEqual([]);
    expect(({} as JsonObject).role).toBeUndefined();
  });

  test("stand in metadata as they were sent, or are refused", async () => {
    const raw = `{"conversation_id":"${group.id}","content":"x","message_type":"text","metadata":{"__proto__":{"a":1},"toString":"t"}}`;
    const answer = await person.request<Message>("POST", "/v1/messages", { raw, headers: json });
    expect([201, 400]).toContain(answer.status);
    expect(({} as JsonObject).a).toBeUndefined();
  });

  test("are no users, conversations or filters", async () => {
    for (const id of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expectRefusal(await person.get(`/v1/users/${id}`), 400, "VALIDATION_ERROR");
      expectRefusal(await person.get(`/v1/conversations/${id}`), 400, "VALIDATION_ERROR");
      expectRefusal(await person.get(`/v1/conversations?sort=${id}`), 400, "VALIDATION_ERROR", "sort");
    }
  });
});

describe("types and numbers", () => {
  const wrong: [string, unknown][] = [
    ["null", null],
    ["a number", 7],
    ["true", true],
    ["a list", ["x"]],
    ["an object", { $ne: null }],
  ];

  test.each(wrong)("%s in place of a text is 400 and names the field", async (_what, value) => {
    const message = { conversation_id: group.id, content: "x", message_type: "text" };
    for (const field of ["conversation_id", "content", "message_type"]) {
      const answer = await person.post("/v1/messages", { ...message, [field]: value });
      expectRefusal(answer, 400, "VALIDATION_ERROR", field);
    }
    const created = await person.post("/v1/conversations", {
      type: "group",
      title: value,
      participant_ids: [other.id],
    });
    expectRefusal(created, 400, "VALIDATION_ERROR", "title");
    const login = await visitor.post("/v1/auth/login", { email: value, password: "x" });
    expectRefusal(login, 400, "VALIDATION_ERROR", "email");
  });

  test.each(["1e400", "-1e400", "9007199254740993", "-1", "1.5", '"1"', "null", "true", "[]"])(
    "the seq %s is 400",
    async (seq) => {
      const answer = await person.request("POST", `/v1/conversations/${group.id}/mark-read`, {
        raw: `{"seq":${seq}}`,
        headers: json,
      });
      expectRefusal(answer, 400, "VALIDATION_ERROR", "seq");
    },
  );
});

describe("text that no database should hold is 400, names the field and stores nothing", () => {
  const bad: [string, string][] = [
    ["NUL", "a\\u0000b"],
    ["a lone high surrogate", "a\\ud83d"],
    ["a lone low surrogate", "\\ude00a"],
    ["surrogates in the wrong order", "\\ude00\\ud83d"],
  ];
  const send = (method: string, path: string, body: JsonObject, marker: string) =>
    person.request(method, path, { raw: JSON.stringify(body).replaceAll("MARK", marker), headers: json });

  test.each(bad)("%s", async (_what, marker) => {
    const registration = { ...buildRegistration() };
    const requests: [string, string, JsonObject, string][] = [
      ["POST", "/v1/auth/register", { ...registration, username: "aMARKb" }, "username"],
      ["POST", "/v1/auth/register", { ...registration, email: "aMARKb@example.test" }, "email"],
      ["POST", "/v1/auth/register", { ...registration, display_name: "MARK" }, "display_name"],
      ["POST", "/v1/auth/register", { ...registration, password: "Aa1!aaaaMARK" }, "password"],
      ["PATCH", "/v1/users/me", { display_name: "MARK" }, "display_name"],
      ["POST", "/v1/conversations", { type: "group", title: "MARK", participant_ids: [other.id] }, "title"],
      [
        "POST",
        "/v1/conversations",
        { type: "group", title: "t", description: "MARK", participant_ids: [other.id] },
        "description",
      ],
      ["PATCH", `/v1/conversations/${group.id}`, { title: "MARK" }, "title"],
      [
        "POST",
        "/v1/messages",
        { conversation_id: group.id, content: "MARK", message_type: "text" },
        "content",
      ],
    ];
    for (const [method, path, body, field] of requests) {
      expectRefusal(await send(method, path, body, marker), 400, "VALIDATION_ERROR", field);
    }
  });

  test.each(bad)("%s deep in metadata", async (_what, marker) => {
    const body = { conversation_id: group.id, content: "x", message_type: "text" };
    const answer = await send("POST", "/v1/messages", { ...body, metadata: { a: [{ b: "MARK" }] } }, marker);
    expectRefusal(answer, 400, "VALIDATION_ERROR");
    expect(answer.error?.details?.[0]?.path).toMatch(/^metadata/);
  });

  test.each(["%00", "a%00b", "%ff", "%c0%af", "%ed%a0%80"])("%s in a query", async (text) => {
    expectRefusal(await person.get(`/v1/users?q=${text}`), 400, "VALIDATION_ERROR", "q");
  });

  test.each(["%00", "%ff", "%c0%af", "%", "%zz"])("%s in a path", async (text) => {
    const { status } = await sendBytes(
      app,
      requestHead(app, `GET /v1/users/${text}`, { Authorization: `Bearer ${person.accessToken}` }),
    );
    expect([400, 404]).toContain(status);
  });
});

describe("text of every other kind comes back as it was sent", () => {
  test.each([
    ["markup", '<script>alert("x")</script> a<b && c>d &amp;'],
    ["Markdown with a script's address", "[x](javascript:alert(1)) ![](http://x.test/a.png)"],
    ["SQL", "'; drop table users; --"],
    ["a right-to-left override", "safe\u202Egnp.exe"],
    ["an emoji of several people", "👩‍👩‍👧‍👦🏳️‍🌈"],
    ["letters and accents apart", "A\u030Angstro\u0308m \u1E9B\u0323"],
    ["a thousand accents on one letter", `a${"\u0301".repeat(1_000)}`],
    ["characters beyond the first plane", "𝒜𓀀𠜎"],
    ["noncharacters and private ones", "\uFFFE\uFFFF\uE000\u{10FFFF}"],
    ["line ends and tabs of all kinds", "a\r\nb\n\tc\u2028d\u0085e"],
    ["control characters but NUL", "\u0001\u0008\u001b[31mred\u007f"],
    ["a byte order mark", "\uFEFFa"],
    ["template and format words", "$(id) %s %n {{7*7}} #{7} <%= 7 %>"],
    ["ten thousand code points in twenty thousand units", "😀".repeat(10_000)],
  ])("%s", async (_what, content) => {
    const sent = await sendText(person, group.id, content);
    expect(sent.content).toBe(content);
    const read = await other.get<Message>(`/v1/messages/${sent.message_id}`);
    expect(read.data.content).toBe(content);
  });

  test("and what was odd but accepted never stops a page from being read", async () => {
    const room = await buildGroup(person, [other]);
    const texts = [
      "\u202E",
      "\u0000".replace("\u0000", "\u0001"),
      "{}",
      "null",
      "\uFFFD",
      "a".repeat(10_000),
    ];
    for (const text of texts) await sendText(person, room.id, text);
    const page = await other.get<{ messages: Message[] }>(
      `/v1/messages?conversation_id=${room.id}&limit=100`,
    );
    expect(page.data.messages.map((message) => message.content).reverse()).toEqual(texts);
  });
});

describe("the wire", () => {
  const smuggled = "GET /v1/users/me HTTP/1.1\r\nHost: x\r\n\r\n";
  const post = "POST /v1/auth/login HTTP/1.1\r\n";
  const host = `Host: ${new URL(app.url).host}\r\n`;
  const type = "Content-Type: application/json\r\n";

  test.each([
    [
      "both a length and chunks",
      `${post}${host}${type}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["two lengths", `${post}${host}${type}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`],
    ["no host", `${post}${type}Content-Length: 2\r\n\r\n{}`],
    ["a list of encodings", `${post}${host}${type}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ["a folded header", `${post}${host}X-A: b\r\n c: d\r\n${type}Content-Length: 2\r\n\r\n{}`],
    [
      "chunks under HTTP/1.0",
      `${post.replace("1.1", "1.0")}${host}${type}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["a chunk without its end", `${post}${host}${type}Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n`],
    ["a negative length", `${post}${host}${type}Content-Length: -1\r\n\r\n{}`],
    ["a length in words", `${post}${host}${type}Content-Length: 2x\r\n\r\n{}`],
  ])("a request with %s is refused and what follows it is not a second one", async (_what, bytes) => {
    const answer = await sendBytes(app, `${bytes}${smuggled}`, { until: "close", timeoutMs: 1_000 });
    expect(answer.status === 0 || answer.status >= 400).toBe(true);
    expect(answer.status).toBeLessThan(502);
    expect(answer.received.split("HTTP/1.1 ").length - 1).toBeLessThanOrEqual(1);
  });

  test.each([
    ["a header of 64 kB", { "X-Big": "x".repeat(64_000) }],
    ["two thousand headers", Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`X-${i}`, "y"]))],
  ])("%s is refused", async (_what, headers) => {
    const { status } = await sendBytes(app, requestHead(app, "GET /v1/users/me", headers));
    expect([400, 413, 431]).toContain(status);
  });

  test("an address of 100 kB is refused", async () => {
    const { status } = await sendBytes(app, requestHead(app, `GET /v1/users?q=${"x".repeat(100_000)}`));
    expect([400, 401, 414, 431]).toContain(status);
  });
});

describe("random damage", () => {
  const targets: [string, string, JsonObject][] = [
    ["POST", "/v1/auth/login", { email: "nobody@example.test", password: "Wrong-Horse-8" }],
    ["POST", "/v1/auth/refresh", { refresh_token: "x".repeat(43) }],
    ["POST", "/v1/auth/register", { ...buildRegistration(), password: "weak" }],
    ["PATCH", "/v1/users/me", { display_name: "A name" }],
    ["POST", "/v1/users/me/password", { current_password: "x", new_password: "weak" }],
    ["POST", "/v1/sessions/cleanup", { others: false }],
    ["POST", "/v1/conversations", { type: "group", title: "t", participant_ids: [other.id] }],
    ["PATCH", `/v1/conversations/${group.id}`, { title: "t", description: "d", avatar_url: null }],
    ["POST", `/v1/conversations/${group.id}/participants`, { user_ids: [other.id], role: "member" }],
    ["POST", `/v1/conversations/${group.id}/mark-read`, { seq: 1 }],
    ["POST", `/v1/conversations/${group.id}/mute`, { until: "2030-01-01T00:00:00.000Z" }],
    [
      "POST",
      "/v1/messages",
      {
        conversation_id: group.id,
        content: "text",
        message_type: "text",
        metadata: { mentions: [other.id] },
        client_message_id: "a",
      },
    ],
  ];

  const rows = targets.map(([method, path, body]) => ({
    method,
    path,
    body,
    route: path.replace(group.id, ":id"),
  }));

  test.each(rows)(
    "of $method $route brings no 5xx and no foreign shape",
    async ({ method, path, body, route }) => {
      const random = seededRandom(route.length * 7_919 + method.length);
      for (let round = 0; round < 120; round++) {
        const raw = damage(JSON.stringify(body), random);
        const answer = await person.request(method, path, { raw, headers: json });
        if (answer.status >= 500)
          throw new Error(`${answer.status} for ${JSON.stringify(raw)}: ${answer.text}`);
        if (answer.status >= 400) expectEnvelope(answer);
      }
    },
    30_000,
  );
});
