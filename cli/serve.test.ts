import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testEnvironment } from "../server/test/kit/app.ts";
import { createTestDatabase } from "../server/test/kit/database.ts";
import { runCommand, startServer } from "../server/test/kit/server.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parley-serve-"));
  folders.push(folder);
  return folder;
}

describe("a start that cannot be", () => {
  test("says only what is wrong with the configuration, and exits with 78", async () => {
    const env = { ...testEnvironment(await emptyFolder()), PORT: "99999", PARLEY_LOG_LEVEL: "loud" };
    const { code, stdout, stderr } = await runCommand(["serve"], env);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr.trim().split("\n")).toEqual([
      'PORT="99999" is not valid; allowed: a whole number from 0 to 65535',
      'PARLEY_LOG_LEVEL="loud" is not valid; allowed: debug, info, warn, error',
    ]);
  });

  test("for a port in use names PORT and the way out in one line, and lets go of the data folder", async () => {
    const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    const database = await createTestDatabase();
    const env = { ...testEnvironment(await emptyFolder()), ...database.env };
    const { code, stderr } = await runCommand(["serve"], { ...env, PORT: String(taken.port) });
    taken.stop();
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      `PORT=${taken.port} is in use by another program. Stop that program, or set PORT to a free port (0 picks one).`,
    );
    expect(await runCommand(["migrate"], env)).toMatchObject({
      code: 0,
      stdout: "The schema is up to date.\n",
    });
    await database.drop();
  });

  test("for a PostgreSQL that is away says so without its password", async () => {
    const env = {
      ...testEnvironment(await emptyFolder()),
      DATABASE_URL: "postgres://ann:hidden@127.0.0.1:1/x",
    };
    const { code, stderr } = await runCommand(["serve"], env);
    expect(code).toBe(1);
    expect(stderr).toContain("DATABASE_URL");
    expect(stderr).not.toContain("hidden");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

describe("signals", () => {
  test("the first one waits for a request under way, a second one ends the server at once", async () => {
    const server = await startServer();
    try {
      const slow = await Bun.connect({
        hostname: "127.0.0.1",
        port: Number(new URL(server.url).port),
        socket: { data: () => undefined },
      });
      slow.write(
        "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
      );
      await Bun.sleep(200);
      const ended = server.kill("SIGINT");
      expect(await Promise.race([ended, Bun.sleep(500)])).toBeUndefined();
      process.kill(server.pid, "SIGINT");
      expect(await Promise.race([ended, Bun.sleep(2_000)])).toBe(130);
      slow.terminate();
    } finally {
      await server.stop();
    }
  });
});

describe("a fault that nobody caught", () => {
  test.each([
    ["uncaught exception", "throw new Error('planted fault')"],
    ["unhandled rejection", "void Promise.reject(new Error('planted fault'))"],
  ])("(%s) is one JSON line in the log and ends the process with 70", async (event, fault) => {
    const folder = await emptyFolder();
    const preload = join(folder, "fault.ts");
    await Bun.write(preload, `process.on("SIGUSR2", () => { ${fault}; });`);
    const database = await createTestDatabase();
    const child = Bun.spawn([process.execPath, "--preload", preload, "cli/main.ts", "serve"], {
      env: { PATH: process.env.PATH ?? "", ...testEnvironment(join(folder, "data")), ...database.env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await child.stdout.getReader().read();
    child.kill("SIGUSR2");
    const log = await new Response(child.stderr).text();
    expect(await child.exited).toBe(70);
    clearTimeout(timer);
    const line = log.split("\n").find((candidate) => candidate.includes("planted fault")) ?? "";
    expect(JSON.parse(line)).toMatchObject({ level: "error", event, error: { message: "planted fault" } });
    await database.drop();
  });
});

describe("migrate", () => {
  test("tells each step once, then that nothing is left to do", async () => {
    const database = await createTestDatabase();
    const env = { ...testEnvironment(await emptyFolder()), ...database.env };
    const first = await runCommand(["migrate"], env);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^done {2}\d{4}-\d\d-\d\d-\d\d-identity$/m);
    expect(first.stdout).toMatch(/up to date, \d+ steps taken/);
    expect((await runCommand(["migrate"], env)).stdout).toBe("The schema is up to date.\n");
    await database.drop();
  });
});
