import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Subprocess } from "bun";
import { testEnvironment } from "./app.ts";
import { createServerDatabase } from "./database.ts";

const repositoryRoot = new URL("../../..", import.meta.url).pathname;
const startTimeoutMs = 15_000;

export interface TestServer {
  /** Base address without a slash at the end; the same after a restart. */
  url: string;
  dataDir: string;
  /** Null on SQLite. */
  databaseUrl: string | null;
  pid: number;
  /** All that the processes of this server wrote to stderr so far. */
  stderr(): string;
  /** All that they wrote to stdout so far. */
  stdout(): string;
  /** Sends a signal (SIGTERM by default) and waits for the end: its exit code, or null if the signal ended it. */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  /**
   * Starts a new process on the same data folder, database and port; ends the old one by SIGTERM if it lives.
   * @param env replaces configuration keys.
   */
  restart(env?: Record<string, string>): Promise<void>;
  /** Ends the process if it lives and removes all it stored. */
  stop(): Promise<void>;
}

interface Running {
  process: Subprocess<"ignore", "pipe", "pipe">;
  output: { stdout: string; stderr: string };
  url: string;
}

const living = new Set<Subprocess>();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});

/** The same server as `startApp`, as a process of its own: `bun cli/main.ts serve`. */
export async function startServer(env: Record<string, string> = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-server-"));
  const database = await createServerDatabase();
  const full = { ...testEnvironment(dataDir), ...database.env, ...env };
  const discard = async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  let earlier = { stdout: "", stderr: "" };
  let current: Running;
  try {
    current = await launch(full);
  } catch (error) {
    await discard();
    throw error;
  }
  const { port } = new URL(current.url);
  const kill = async (signal: NodeJS.Signals = "SIGTERM") => {
    current.process.kill(signal);
    await current.process.exited;
    return current.process.exitCode;
  };
  const server: TestServer = {
    url: current.url,
    dataDir,
    databaseUrl: database.env.DATABASE_URL ?? null,
    pid: current.process.pid,
    stderr: () => earlier.stderr + current.output.stderr,
    stdout: () => earlier.stdout + current.output.stdout,
    kill,
    restart: async (env = {}) => {
      if (isLiving(current)) await kill();
      earlier = { stdout: server.stdout(), stderr: server.stderr() };
      current = await launch({ ...full, ...env, PORT: port });
      server.pid = current.process.pid;
    },
    stop: async () => {
      if (isLiving(current)) await kill("SIGKILL");
      await discard();
    },
  };
  return server;
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `bun cli/main.ts …` to its end, with only `env` and what a process needs to find its programs. */
export async function runCommand(
  args: string[],
  env: Record<string, string>,
  timeoutMs = startTimeoutMs,
): Promise<CommandResult> {
  const child = spawnCommand(args, env);
  const output = collect(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await child.exited;
  clearTimeout(timer);
  await output.ended;
  return { code: child.exitCode, stdout: output.stdout, stderr: output.stderr };
}

function isLiving(running: Running): boolean {
  return running.process.exitCode === null && running.process.signalCode === null;
}

function spawnCommand(args: string[], env: Record<string, string>): Subprocess<"ignore", "pipe", "pipe"> {
  const child = Bun.spawn([process.execPath, "cli/main.ts", ...args], {
    cwd: repositoryRoot,
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? tmpdir(), ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  living.add(child);
  void child.exited.then(() => living.delete(child));
  return child;
}

async function launch(env: Record<string, string>): Promise<Running> {
  const child = spawnCommand(["serve"], env);
  const output = collect(child);
  const deadline = Date.now() + startTimeoutMs;
  while (!output.stdout.includes("\n")) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      await child.exited;
      await output.ended;
      throw new Error(`the server did not start (exit ${child.exitCode}): ${output.stderr}${output.stdout}`);
    }
    await Bun.sleep(5);
  }
  const [firstLine = ""] = output.stdout.split("\n");
  return { process: child, output, url: firstLine.trim() };
}

interface Collected {
  stdout: string;
  stderr: string;
  /** Settles when both streams ended. */
  ended: Promise<unknown>;
}

function collect(child: Subprocess<"ignore", "pipe", "pipe">): Collected {
  const output: Collected = { stdout: "", stderr: "", ended: Promise.resolve() };
  const drain = async (name: "stdout" | "stderr") => {
    const decoder = new TextDecoder();
    for await (const chunk of child[name]) output[name] += decoder.decode(chunk, { stream: true });
  };
  output.ended = Promise.all([drain("stdout"), drain("stderr")]);
  return output;
}
