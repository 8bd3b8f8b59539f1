import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import {
  type Answer,
  buildGroup,
  buildRegistration,
  callerWith,
  type Person,
  register,
} from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { until } from "../kit/until.ts";

/** Every request of these tests comes through one proxy that the server trusts, and so from any address they like. */
const app = await startApp({
  PARLEY_RATE_LIMITS: "default",
  PARLEY_TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8",
});
afterAll(() => app.stop());

let made = 0;
const freshAddress = () => `198.51.${(++made >> 8) & 255}.${made & 255}`;
const from = (forwarded: string) => callerWith(app, { "x-forwarded-for": forwarded });

/** Somebody new, from an address that nobody used before. */
async function newPerson(): Promise<Person> {
  const address = freshAddress();
  const registration = buildRegistration();
  const answer = await from(address).post<SignedIn>("/v1/auth/register", registration);
  const { user, access_token: accessToken, refresh_token: refreshToken, session_id } = answer.data;
  return {
    ...callerWith(app, { authorization: `Bearer ${accessToken}`, "x-forwarded-for": address }),
    id: user.id,
    username: user.username,
    displayName: user.display_name,
    email: user.email,
    password: registration.password,
    accessToken,
    refreshToken,
    sessionId: session_id,
  };
}

async function times<T>(many: number, work: () => Promise<Answer<T>>): Promise<number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < many; round++) statuses.push((await work()).status);
  return statuses;
}

const left = ({ headers }: Answer) =>
  ["limit", "remaining", "reset"].map((name) => Number(headers.get(`ratelimit-${name}`) ?? Number.NaN));

describe("an address", () => {
  test("sends 100 requests without a token in a minute; the next is 429 and says when to come again", async () => {
    const caller = from(freshAddress());
    const statuses = await times(100, () => caller.get("/v1/auth/profile"));
    expect(new Set(statuses)).toEqual(new Set([401]));
    const refused = await caller.get("/v1/auth/profile");
    expectRefusal(refused, 429, "RATE_LIMIT_EXCEEDED");
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeWithin(1, 61);
    expect(refused.error?.retry_after).toBe(wait);
    expect(left(refused)).toEqual([100, 0, wait]);
    expectRefusal(await caller.post("/v1/auth/login", { nonsense: true }), 429, "RATE_LIMIT_EXCEEDED");
  });

  test("is told what it has left", async () => {
    const caller = from(freshAddress());
    const [limit, remaining, reset] = left(await caller.post("/v1/auth/login", {}));
    expect([limit, remaining]).toEqual([100, 99]);
    expect(reset).toBeWithin(1, 61);
    expect(left(await caller.post("/v1/auth/login", {}))[1]).toBe(98);
  });

  test("does not pass its limit with tokens that are not valid", async () => {
    const caller = callerWith(app, { "x-forwarded-for": freshAddress(), authorization: "Bearer nonsense" });
    expect(new Set(await times(100, () => caller.get("/v1/users/me")))).toEqual(new Set([401]));
    expectRefusal(await caller.get("/v1/users/me"), 429, "RATE_LIMIT_EXCEEDED");
    expectRefusal(await caller.post("/v1/auth/login", {}), 429, "RATE_LIMIT_EXCEEDED");
  });

  test("is not slowed by what does not count: health, the API's description, unknown paths and methods", async () => {
    const address = freshAddress();
    const caller = from(address);
    for (const path of ["/health", "/v1/health", "/ready", "/openapi.json", "/v1/nothing"])
      for (const status of await times(25, () => caller.get(path))) expect(status).not.toBe(429);
    expect((await caller.put("/v1/auth/login", {})).status).toBe(405);
    expect(left(await caller.post("/v1/auth/login", {}))[1]).toBe(99);
    await times(100, () => caller.post("/v1/auth/login", {}));
    expect((await caller.get("/v1/nothing")).status).toBe(404);
    expect((await caller.put("/v1/auth/login", {})).status).toBe(405);
    expect((await caller.get("/health")).status).toBe(200);
  });

  test("used up, does not stop those who come from it with a valid token", async () => {
    const person = await newPerson();
    const address = freshAddress();
    await times(101, () => from(address).post("/v1/auth/login", {}));
    const caller = callerWith(app, {
      authorization: `Bearer ${person.accessToken}`,
      "x-forwarded-for": address,
    });
    expect((await caller.get("/v1/users/me")).status).toBe(200);
  });
});

describe("where a request comes from", () => {
  test("is the rightmost hop that is no trusted proxy, whatever its client claims to the left of it (RL-03)", async () => {
    const address = freshAddress();
    await times(100, () => from(address).post("/v1/auth/login", {}));
    for (const claimed of [
      `203.0.113.7, ${address}`,
      `1.1.1.1, 2.2.2.2, 3.3.3.3, ${address}`,
      `nonsense, ${address}, 10.1.2.3`,
      `${address}:4711`,
      `::ffff:${address}`,
      `0:0:0:0:0:FFFF:${address}`,
      `::ffff:${address
        .split(".")
        .map((byte, index) => Number(byte).toString(16).padStart(2, "0") + (index === 1 ? ":" : ""))
        .join("")}`,
    ]) {
      expectRefusal(await from(claimed).post("/v1/auth/login", {}), 429, "RATE_LIMIT_EXCEEDED");
    }
    expect((await from(`${address}, ${freshAddress()}`).post("/v1/auth/login", {})).status).toBe(400);
  });

  test("is a whole /64 where the address is IPv6", async () => {
    const inside = (host: number) => `2001:db8:0:${(0xa0).toString(16)}::${host.toString(16)}`;
    for (let host = 1; host <= 100; host++)
      expect((await from(inside(host)).post("/v1/auth/login", {})).status).toBe(400);
    expectRefusal(await from(inside(4_000)).post("/v1/auth/login", {}), 429, "RATE_LIMIT_EXCEEDED");
    expectRefusal(
      await from("2001:0DB8:0:a0:1:2:3:4").post("/v1/auth/login", {}),
      429,
      "RATE_LIMIT_EXCEEDED",
    );
    expect((await from("2001:db8:0:a1::1").post("/v1/auth/login", {})).status).toBe(400);
  });

  test("is the other end of the connection where no proxy is trusted, whatever headers say (RL-02)", async () => {
    const bare = await startApp({ PARLEY_RATE_LIMITS: "default" });
    try {
      const statuses: number[] = [];
      for (let round = 0; round < 101; round++) {
        const address = freshAddress();
        const caller = callerWith(bare, {
          "x-forwarded-for": address,
          "x-real-ip": address,
          forwarded: `for=${address}`,
        });
        statuses.push((await caller.post("/v1/auth/login", {})).status);
      }
      expect(statuses.filter((status) => status === 429)).toHaveLength(1);
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await bare.stop();
    }
  });
});

describe("registrations", () => {
  test("succeed three times an hour from one address; failed ones do not count", async () => {
    const caller = from(freshAddress());
    const taken = buildRegistration();
    expect((await caller.post("/v1/auth/register", taken)).status).toBe(201);
    for (let round = 0; round < 5; round++) {
      expectRefusal(await caller.post("/v1/auth/register", taken), 409, "CONFLICT");
      expectRefusal(await caller.post("/v1/auth/register", {}), 400, "VALIDATION_ERROR");
    }
    expect((await caller.post("/v1/auth/register", buildRegistration())).status).toBe(201);
    expect((await caller.post("/v1/auth/register", buildRegistration())).status).toBe(201);
    const refused = await caller.post("/v1/auth/register", buildRegistration());
    expectRefusal(refused, 429, "RATE_LIMIT_EXCEEDED");
    expect(refused.error?.retry_after).toBeWithin(3_500, 3_601);
    expectRefusal(await caller.post("/v1/auth/register", {}), 429, "RATE_LIMIT_EXCEEDED");
    expect((await from(freshAddress()).post("/v1/auth/register", buildRegistration())).status).toBe(201);
  });

  test("of ten at once from one address, three succeed", async () => {
    const caller = from(freshAddress());
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => caller.post("/v1/auth/register", buildRegistration())),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...new Array(3).fill(201),
      ...new Array(7).fill(429),
    ]);
  });
});

describe("a user", () => {
  test("sends 100 requests at once, and after a second some ten more", async () => {
    const person = await newPerson();
    const burst = await Promise.all(Array.from({ length: 130 }, () => person.get("/v1/users/me")));
    const passed = burst.filter(({ status }) => status === 200).length;
    expect(passed).toBeWithin(100, 125);
    const refused = burst.find(({ status }) => status === 429);
    expect(refused?.error?.retry_after).toBe(1);
    expect(left(refused as Answer)[1]).toBe(0);
    await Bun.sleep(1_000);
    expect((await person.get("/v1/users/me")).status).toBe(200);
  });

  test("has one limit for all sessions and both base paths, and none of anybody else's", async () => {
    const [person, other] = [await newPerson(), await newPerson()];
    const [, before = 0] = left(await person.get("/v1/users/me"));
    const [, after] = left(await person.get("/api/v1/users/me"));
    expect(after).toBeLessThan(before);
    expect(left(await other.get("/v1/users/me"))[1]).toBe(99);
  });

  test("is told 429 before 400", async () => {
    const person = await newPerson();
    const nonsense = Array.from({ length: 150 }, () => person.get("/v1/users?limit=nonsense"));
    const statuses = (await Promise.all(nonsense)).map(({ status }) => status);
    expect(statuses).toContain(429);
    expect(new Set(statuses)).toEqual(new Set([400, 429]));
  });
});

describe("messages", () => {
  test("over REST come 50 at once; the next is 429, and nothing of it is stored", async () => {
    const [ann, bob] = [await newPerson(), await newPerson()];
    const { id } = await buildGroup(ann, [bob]);
    const answers = await Promise.all(
      Array.from({ length: 70 }, () =>
        ann.post("/v1/messages", { conversation_id: id, content: "x", message_type: "text" }),
      ),
    );
    const stored = answers.filter(({ status }) => status === 201).length;
    expect(stored).toBeWithin(50, 65);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(70 - stored);
    const conversation = await bob.get<{ seq: number }>(`/v1/conversations/${id}`);
    expect(conversation.data.seq).toBe(stored);
  });

  test("over the socket too: an error with retry_after for each, and the socket lives", async () => {
    const [ann, bob] = [await newPerson(), await newPerson()];
    const { id } = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, ann);
    for (let n = 0; n < 80; n++)
      socket.send({ type: "chat", conversation_id: id, content: `${n}`, client_message_id: `m${n}` });
    const answers = () => socket.frames.filter(({ type }) => type === "error" || type === "ack").length;
    await until("all are answered", () => answers() === 80);
    const refused = socket.frames.filter(({ type }) => type === "error");
    expect(refused.length).toBeWithin(15, 31);
    expect(refused[0]).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retry_after: 1 });
    expect(refused[0]?.client_message_id).toMatch(/^m\d+$/);
    expect(socket.frames.filter(({ type }) => type === "ack")).toHaveLength(80 - refused.length);
    await Bun.sleep(1_000);
    socket.send({ type: "chat", conversation_id: id, content: "again", client_message_id: "again" });
    await socket.next((frame) => frame.type === "ack" && frame.client_message_id === "again");
    await socket.close();
  });

  test("flooding the socket closes it only after 100 refusals in a minute (RL-10)", async () => {
    const [ann, bob] = [await newPerson(), await newPerson()];
    const { id } = await buildGroup(ann, [bob]);
    const socket = await TestSocket.connect(app, ann);
    for (let n = 0; n < 1_000; n++) socket.send({ type: "chat", conversation_id: id, content: `${n}` });
    expect((await socket.closed).code).toBe(4429);
    expect(socket.frames.filter(({ type }) => type === "error").length).toBeWithin(100, 102);
  });
});

describe("PARLEY_RATE_LIMITS=off", () => {
  test("lifts the rates, and answers then tell of none", async () => {
    const free = await startApp();
    try {
      const person = await register(free);
      const statuses = await times(150, () => person.get("/v1/users/me"));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect((await person.get("/v1/users/me")).headers.has("ratelimit-limit")).toBe(false);
    } finally {
      await free.stop();
    }
  });
});

describe("PARLEY_TRUSTED_PROXIES", () => {
  test.each(["10.0.0.0/33", "nonsense", "10.0.0", "10.0.0.0/8/8", "::/129", "10.0.0.0/"])(
    "%j stops the start with a line that names it",
    (value) => {
      expect(startApp({ PARLEY_TRUSTED_PROXIES: value })).rejects.toThrow("PARLEY_TRUSTED_PROXIES");
    },
  );
});
