import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testEnvironment } from "../kit/app.ts";
import { createTestDatabase } from "../kit/database.ts";
import { anonymous, buildGroup, loginAgain, register, sendText } from "../kit/person.ts";
import { type CommandResult, runCommand, startServer } from "../kit/server.ts";
import type { MessagePage, SignedIn } from "../kit/shapes.ts";
import { TestSocket, takeTicket } from "../kit/socket.ts";

// Processes start and end here, and the machine may be busy.
setDefaultTimeout(30_000);

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parley-running-"));
  folders.push(folder);
  return folder;
}

/** A start that ended by itself with an error for a person: no address, no stack. */
function expectRefusedStart(result: CommandResult, ...words: string[]): void {
  expect(result.code).toBeNumber();
  expect(result.code).not.toBe(0);
  expect(result.stdout).toBe("");
  for (const word of words) expect(result.stderr).toContain(word);
  expect(result.stderr).not.toMatch(/\bat \S+ \(|\.ts:\d+/);
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

describe("starting", () => {
  test("prints the address as the first line on stdout, and answers there", async () => {
    const server = await startServer();
    try {
      const [line] = server.stdout().split("\n");
      expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(await isUp(String(line))).toBe(true);
    } finally {
      await server.stop();
    }
  });

  test("makes a missing data folder, for its owner only", async () => {
    const dataDir = join(await emptyFolder(), "not", "yet", "there");
    const server = await startServer({ PARLEY_DATA_DIR: dataDir });
    try {
      expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
      const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
      for (const file of files.filter((entry) => entry.isFile())) {
        expect((await stat(join(file.parentPath, file.name))).mode & 0o077).toBe(0);
      }
    } finally {
      await server.stop();
    }
  });

  test("refuses a wrong configuration in one go: each variable with its value and what is allowed", async () => {
    const result = await runCommand(["serve"], {
      ...testEnvironment(await emptyFolder()),
      PORT: "seventy",
      PARLEY_LOG_LEVEL: "shout",
      PARLEY_RATE_LIMITS: "perhaps",
      PARLEY_REGISTRATION: "closed",
      PARLEY_PUBLIC_URL: "ftp://x",
      DATABASE_URL: "mysql://user:hidden-word@host/db",
    });
    expectRefusedStart(result);
    const lines = result.stderr.split("\n");
    const expected: [string, string, RegExp][] = [
      ["PORT", "seventy", /65535/],
      ["PARLEY_LOG_LEVEL", "shout", /debug.*info.*warn.*error/],
      ["PARLEY_RATE_LIMITS", "perhaps", /default.*off/],
      ["PARLEY_REGISTRATION", "closed", /open.*invite/],
      ["PARLEY_PUBLIC_URL", "ftp://x", /https?:/],
      ["DATABASE_URL", "mysql://", /postgres:/],
    ];
    for (const [name, value, allowed] of expected) {
      const line = lines.find((candidate) => candidate.includes(name) && candidate.includes(value));
      expect(line).toMatch(allowed);
    }
    expect(result.stderr).not.toContain("hidden-word");
  });

  test("refuses a port that is taken, naming it", async () => {
    const first = await startServer();
    try {
      const { port } = new URL(first.url);
      const database = await createTestDatabase();
      const environment = { ...testEnvironment(await emptyFolder()), ...database.env, PORT: port };
      const result = await runCommand(["serve"], environment);
      await database.drop();
      expectRefusedStart(result, port);
    } finally {
      await first.stop();
    }
  });

  test("refuses a data folder that is a file, naming it", async () => {
    const file = join(await emptyFolder(), "file");
    await Bun.write(file, "not a folder");
    const result = await runCommand(["serve"], testEnvironment(file));
    expectRefusedStart(result, file);
    expect(await Bun.file(file).text()).toBe("not a folder");
  });
});

describe("the lock on the data folder", () => {
  // Processes that share PostgreSQL may share a folder; the lock guards the database inside it.
  const inFolder = { DATABASE_URL: "" };

  test("turns a second server away, which names the folder; the first goes on", async () => {
    const first = await startServer(inFolder);
    try {
      const person = await register(first);
      const result = await runCommand(["serve"], testEnvironment(first.dataDir));
      expectRefusedStart(result, first.dataDir);
      expect((await person.get("/v1/users/me")).status).toBe(200);
    } finally {
      await first.stop();
    }
  });

  test("does not outlive a killed server", async () => {
    const server = await startServer(inFolder);
    try {
      const person = await register(server);
      expect(await server.kill("SIGKILL")).toBeNull();
      await server.restart();
      expect((await person.get("/v1/users/me")).status).toBe(200);
    } finally {
      await server.stop();
    }
  });
});

describe("the log", () => {
  const canary = "Canary-Word-4711";

  test("is JSON lines on stderr, with each request's id, and tells no secret", async () => {
    const server = await startServer({ PARLEY_LOG_LEVEL: "debug" });
    try {
      const person = await register(server, { password: canary });
      const ticket = await takeTicket(person);
      const other = await loginAgain(server, person);
      const refreshed = await anonymous(server).post<SignedIn>("/v1/auth/refresh", {
        refresh_token: other.refreshToken,
      });
      const group = await buildGroup(person, [await register(server)]);
      const socket = await TestSocket.connect(server, person, { auth: "none", query: { ticket } });
      await sendText(person, group.id, "Secret text of a message");
      await socket.next("chat");
      await socket.close();
      await anonymous(server).get(`/v1/ws/chat?token=${person.accessToken}`);
      await anonymous(server).post("/v1/auth/login", { email: person.email, password: `${canary}-wrong` });
      await anonymous(server).post("/v1/auth/login", { email: "x", password: canary });
      await person.get("/v1/users/me", { "x-request-id": "trace-me.1", "user-agent": '"}{"level":"x"}' });
      await anonymous(server).get('/v1/%0a%1b[31m{"level":"x"}');
      expect(await server.kill("SIGTERM")).toBe(0);
      const lines = server.stderr().trim().split("\n");
      const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      for (const event of events) {
        expect(event.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        expect(["debug", "info", "warn", "error"]).toContain(String(event.level));
      }
      expect(events.some((event) => event.request_id === "trace-me.1")).toBe(true);
      const log = server.stderr() + server.stdout();
      for (const secret of [
        canary,
        "Secret text",
        person.email,
        ticket,
        person.accessToken,
        person.refreshToken,
        refreshed.data.access_token,
        refreshed.data.refresh_token,
      ]) {
        expect(log.includes(secret)).toBe(false);
      }
      expect(log).not.toContain("\u001b");
    } finally {
      await server.stop();
    }
  });
});

describe("SIGTERM", () => {
  test("stops accepting, tells clients to come again with 1012, and exits 0 within ten seconds", async () => {
    const server = await startServer();
    try {
      const person = await register(server);
      const socket = await TestSocket.connect(server, person);
      const start = performance.now();
      const exit = server.kill("SIGTERM");
      expect(await socket.closed).toMatchObject({ code: 1012 });
      expect(await exit).toBe(0);
      expect(performance.now() - start).toBeLessThan(10_000);
      expect(await isUp(server.url)).toBe(false);
    } finally {
      await server.stop();
    }
  });

  test("exits 0 in time with a client that never answers its close", async () => {
    const server = await startServer();
    try {
      const person = await register(server);
      await TestSocket.connect(server, person);
      const silent = await Bun.connect({
        hostname: "127.0.0.1",
        port: Number(new URL(server.url).port),
        socket: { data: () => undefined },
      });
      silent.write(
        `GET /v1/ws/chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: Bearer ${person.accessToken}\r\n\r\n`,
      );
      await Bun.sleep(200);
      const start = performance.now();
      expect(await server.kill("SIGTERM")).toBe(0);
      expect(performance.now() - start).toBeLessThan(10_000);
      silent.terminate();
    } finally {
      await server.stop();
    }
  });

  test("finishes what was accepted: every message that was in flight is answered, and is there afterwards", async () => {
    const server = await startServer();
    try {
      const person = await register(server);
      const group = await buildGroup(person, [await register(server)]);
      const sends = Array.from({ length: 50 }, (_, index) =>
        sendText(person, group.id, `message ${index}`).catch(() => null),
      );
      await Bun.sleep(5);
      expect(await server.kill("SIGTERM")).toBe(0);
      const acknowledged = (await Promise.all(sends)).filter((message) => message !== null);
      await server.restart();
      const page = await person.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=100`);
      const stored = new Map(page.data.messages.map((message) => [message.message_id, message.seq]));
      for (const message of acknowledged) expect(stored.get(message.message_id)).toBe(message.seq);
      const seqs = page.data.messages.map((message) => message.seq).sort((a, b) => a - b);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    } finally {
      await server.stop();
    }
  });
});

describe("a restart", () => {
  test("keeps accounts, sessions, both tokens, messages, keys and the epoch", async () => {
    const server = await startServer();
    try {
      const person = await register(server);
      const group = await buildGroup(person, [await register(server)]);
      const sent = await sendText(person, group.id, "before the restart");
      const keys = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
      const before = await TestSocket.connect(server, person);
      const unused = await takeTicket(person);
      await before.close();
      await server.restart();
      expect((await person.get("/v1/users/me")).status).toBe(200);
      expect((await person.get(`/v1/messages/${sent.message_id}`)).data.content).toBe("before the restart");
      expect(await (await fetch(`${server.url}/.well-known/jwks.json`)).json()).toEqual(keys);
      const after = await TestSocket.connect(server, person, { auth: "none", query: { ticket: unused } });
      expect(after.hello.epoch).toBe(before.hello.epoch);
      await after.close();
      const refreshed = await anonymous(server).post("/v1/auth/refresh", {
        refresh_token: person.refreshToken,
      });
      expect(refreshed.status).toBe(200);
    } finally {
      await server.stop();
    }
  });

  test("still gives the same successor within the grace, and still knows a used token after it", async () => {
    const server = await startServer();
    try {
      const person = await register(server);
      const refresh = (refresh_token: string) =>
        anonymous(server).post<SignedIn>("/v1/auth/refresh", { refresh_token });
      const first = await refresh(person.refreshToken);
      await server.restart();
      const again = await refresh(person.refreshToken);
      expect(again.data.refresh_token).toBe(first.data.refresh_token);
      await refresh(first.data.refresh_token);
      await server.restart();
      expect((await refresh(person.refreshToken)).error?.code).toBe("TOKEN_REUSED");
    } finally {
      await server.stop();
    }
  });

  test("shows a first person as the first for ever: nobody becomes admin again", async () => {
    const server = await startServer();
    try {
      await register(server);
      await server.restart();
      const second = await register(server);
      expect((await second.get("/v1/auth/profile")).data.role).toBe("user");
    } finally {
      await server.stop();
    }
  });
});
