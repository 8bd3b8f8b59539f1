import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { isoTime, unknownId } from "../kit/expectations.ts";
import { anonymous, loginAgain, type Person, register } from "../kit/person.ts";
import { rawUpgrade, TestSocket, takeTicket, type UpgradeAnswer } from "../kit/socket.ts";
import { requestHead, sendBytes, wireJson } from "../kit/wire.ts";

let app: TestApp;
let ann: Person;

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const withTicket = (ticket: string) => rawUpgrade(app, { query: { ticket } });

function refusal(answer: UpgradeAnswer): string {
  const error = wireJson(answer)?.error as { code?: string } | undefined;
  return `${answer.status} ${error?.code}`;
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  ann = await register(app);
});

afterAll(() => app.stop());

describe("the upgrade", () => {
  test.each(["header", "subprotocol", "ticket"] as const)("accepts a session by %s", async (auth) => {
    const socket = await TestSocket.connect(app, ann, { auth });
    expect(socket.hello).toMatchObject({ type: "hello", user_id: ann.id, session_id: ann.sessionId });
    await socket.close();
  });

  test("answers the subprotocol bearer and never the token", async () => {
    const socket = await TestSocket.connect(app, ann, { auth: "subprotocol" });
    expect(socket.protocol).toBe("bearer");
    await socket.close();
    const answer = await rawUpgrade(app, {
      headers: { "Sec-WebSocket-Protocol": `bearer, ${ann.accessToken}` },
    });
    expect(answer.status).toBe(101);
    expect(answer.headers["sec-websocket-protocol"]).toBe("bearer");
    expect(JSON.stringify(answer.headers)).not.toContain(ann.accessToken);
  });

  test.each(["/v1/ws/chat", "/api/v1/ws/chat", "/api/v1/ws"])("is offered at %s", async (path) => {
    const socket = await TestSocket.connect(app, ann, { path });
    expect(socket.hello.user_id).toBe(ann.id);
    await socket.close();
  });

  test("without a credential or with a wrong one is 401 in the contract's envelope", async () => {
    const [head, body, signature] = ann.accessToken.split(".") as [string, string, string];
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
    const flipped = `${signature[0] === "A" ? "B" : "A"}${signature.slice(1)}`;
    const attempts: Record<string, string>[] = [
      {},
      { Authorization: "" },
      { Authorization: ann.accessToken },
      { Authorization: `Basic ${ann.accessToken}` },
      bearer(""),
      bearer("x"),
      bearer(`${head}.${body}.${flipped}`),
      bearer(`${none}.${body}.`),
      bearer(ann.refreshToken),
      bearer(await takeTicket(ann)),
      { "Sec-WebSocket-Protocol": "bearer" },
      { "Sec-WebSocket-Protocol": "bearer, x" },
      { "Sec-WebSocket-Protocol": ann.accessToken },
    ];
    for (const headers of attempts) {
      const answer = await rawUpgrade(app, { headers });
      expect(`${JSON.stringify(headers).slice(0, 60)} ${refusal(answer)}`).toEndWith(" 401 UNAUTHORIZED");
    }
  });

  test("refuses a token in the URL, whatever it is called, and does not repeat it", async () => {
    for (const name of ["token", "access_token", "auth", "authorization", "bearer"]) {
      const answer = await rawUpgrade(app, { query: { [name]: ann.accessToken } });
      expect([400, 401]).toContain(answer.status);
      expect(answer.body).not.toContain(ann.accessToken);
    }
    for (const name of ["token", "access_token"]) {
      const answer = await rawUpgrade(app, {
        query: { [name]: ann.accessToken },
        headers: bearer(ann.accessToken),
      });
      expect([400, 401]).toContain(answer.status);
    }
  });

  test("with the token of an ended session is 401", async () => {
    const gone = await loginAgain(app, ann);
    await gone.post("/v1/auth/logout");
    expect(refusal(await rawUpgrade(app, { headers: bearer(gone.accessToken) }))).toStartWith("401 ");
  });

  test("says what it is to a plain GET or another method, and the server lives", async () => {
    const plain = await ann.get("/v1/ws/chat");
    expect(plain.status).toBeGreaterThanOrEqual(400);
    expect(plain.status).toBeLessThan(500);
    expect((await ann.post("/v1/ws/chat", {})).status).toBe(405);
  });

  test("with broken handshake headers is refused and the server lives", async () => {
    const complete = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...bearer(ann.accessToken),
    };
    const broken: Record<string, string>[] = [
      { "Sec-WebSocket-Key": "" },
      { "Sec-WebSocket-Key": "short" },
      { Upgrade: "h2c" },
    ];
    for (const change of broken) {
      const head = requestHead(app, "GET /v1/ws/chat", { ...complete, ...change });
      const { status } = await sendBytes(app, head, { timeoutMs: 1_000 });
      expect(status).not.toBe(101);
      expect(status).toBeLessThan(500);
    }
    expect((await ann.get("/health")).status).toBe(200);
  });
});

describe("a ticket", () => {
  test("is answered with its end, about thirty seconds away", async () => {
    const answer = await ann.post<{ ticket: string; expires_at: string }>("/v1/auth/ws-ticket");
    const seconds = (Date.parse(answer.data.expires_at) - Date.now()) / 1000;
    expect(seconds).toBeGreaterThan(28);
    expect(seconds).toBeLessThan(31);
    expect((await anonymous(app).post("/v1/auth/ws-ticket")).status).toBe(401);
  });

  test("opens one connection", async () => {
    const ticket = await takeTicket(ann);
    expect((await withTicket(ticket)).status).toBe(101);
    expect(refusal(await withTicket(ticket))).toBe("401 UNAUTHORIZED");
  });

  test("opens one connection when ten try it at once", async () => {
    const ticket = await takeTicket(ann);
    const answers = await Promise.all(Array.from({ length: 10 }, () => withTicket(ticket)));
    expect(answers.map(({ status }) => status).sort()).toEqual([101, ...Array(9).fill(401)]);
  });

  test("is no access token, nor the other way round", async () => {
    expect(refusal(await withTicket(ann.accessToken))).toBe("401 UNAUTHORIZED");
    expect(refusal(await withTicket(ann.refreshToken))).toBe("401 UNAUTHORIZED");
    const ticket = await takeTicket(ann);
    expect((await ann.get("/v1/users/me", bearer(ticket) as Record<string, string>)).status).toBe(401);
  });

  test("that is empty, unknown, changed or too long is 401", async () => {
    const ticket = await takeTicket(ann);
    const changed = `${ticket[0] === "A" ? "B" : "A"}${ticket.slice(1)}`;
    for (const value of ["", "x", changed, unknownId, "a".repeat(5_000), "\u0000", "'; --"]) {
      expect(refusal(await withTicket(value))).toStartWith("401 ");
    }
    expect((await withTicket(ticket)).status).toBe(101);
  });

  test("dies with the session that took it", async () => {
    const gone = await loginAgain(app, ann);
    const ticket = await takeTicket(gone);
    await gone.post("/v1/auth/logout");
    expect(refusal(await withTicket(ticket))).toStartWith("401 ");
  });
});

describe("hello", () => {
  test("is the first frame and says who, which session, which epoch and when", async () => {
    const socket = await TestSocket.connect(app, ann);
    expect(socket.frames.at(0)).toMatchObject({
      type: "hello",
      session_id: ann.sessionId,
      user_id: ann.id,
    });
    expect(socket.hello.epoch).toBeString();
    expect(socket.hello.server_time).toMatch(isoTime);
    expect(Math.abs(Date.parse(String(socket.hello.server_time)) - Date.now())).toBeLessThan(5_000);
    await socket.close();
  });

  test("names the same epoch on every connection", async () => {
    const sockets = await Promise.all([TestSocket.connect(app, ann), TestSocket.connect(app, ann)]);
    expect(new Set(sockets.map(({ hello }) => hello.epoch)).size).toBe(1);
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  test("comes before anything else, also when messages arrive during the upgrade", async () => {
    const bob = await register(app);
    const { data } = await ann.post<{ id: string }>("/v1/conversations", {
      type: "direct",
      participant_ids: [bob.id],
    });
    const send = (content: string) =>
      ann.post("/v1/messages", { conversation_id: data.id, content, message_type: "text" });
    for (let round = 0; round < 10; round++) {
      const sends = Promise.all(Array.from({ length: 5 }, (_, index) => send(`${round}.${index}`)));
      const socket = await TestSocket.connect(app, bob);
      await sends;
      expect(socket.frames.at(0)?.type).toBe("hello");
      expect(socket.frames.filter(({ type }) => type === "hello")).toHaveLength(1);
      await socket.close();
    }
  });
});

describe("connections of one user", () => {
  test("are limited to twenty under the default limits: the next is 429, another user's is not", async () => {
    const limited = await startApp({ PARLEY_RATE_LIMITS: "default" });
    try {
      const [first, second] = [await register(limited), await register(limited)];
      const sockets = await Promise.all(Array.from({ length: 20 }, () => TestSocket.connect(limited, first)));
      const refused = await rawUpgrade(limited, { headers: bearer(first.accessToken) });
      expect(refusal(refused)).toBe("429 RATE_LIMIT_EXCEEDED");
      expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
      const other = await TestSocket.connect(limited, second);
      await sockets.pop()?.close();
      const again = await TestSocket.connect(limited, first);
      await Promise.all([...sockets, other, again].map((socket) => socket.close()));
    } finally {
      await limited.stop();
    }
  });

  test("are not limited with rate limits off", async () => {
    const sockets = await Promise.all(Array.from({ length: 25 }, () => TestSocket.connect(app, ann)));
    expect(sockets.every(({ isOpen }) => isOpen)).toBe(true);
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});
