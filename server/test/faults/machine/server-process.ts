import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Cleanup } from "./cleanup.ts";
import { waitFor, within } from "./waiting.ts";

const repository = resolve(import.meta.dir, "../../../..");

export interface ServerOptions {
  dataDir: string;
  cleanup: Cleanup;
  /** Added to the environment of a plain server on a free port without rate limits. */
  env?: Record<string, string>;
  /** Put before the command, such as a tracer; the server is then its only child. */
  wrapper?: string[];
  /** How long the start may take, in milliseconds; 10,000 when not given. */
  readyWithinMs?: number;
}

interface FinishedCommand {
  exitCode: number;
  tookMs: number;
  output: string;
}

function commandLine(words: string[], wrapper: string[] = []): string[] {
  return [...wrapper, process.execPath, join(repository, "cli/main.ts"), ...words];
}

function environment(dataDir: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOST: "127.0.0.1",
    PORT: "0",
    PARLEY_DATA_DIR: dataDir,
    PARLEY_RATE_LIMITS: "off",
    PARLEY_LOG_LEVEL: "warn",
    ...more,
  };
}

/** A server in a process of its own, killed when the cleanup runs if it still lives. */
export class ServerProcess {
  /** The address printed on stdout, without a slash at its end. */
  readonly url: string;
  /** Milliseconds from the spawn to the first 200 of `/ready`. */
  readonly readyMs: number;
  readonly pid: number;
  private readonly child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  private readonly log: OutputTail;

  private constructor(
    child: Bun.Subprocess<"ignore", "pipe", "pipe">,
    log: OutputTail,
    start: { url: string; readyMs: number; pid: number },
  ) {
    this.child = child;
    this.log = log;
    this.url = start.url;
    this.readyMs = start.readyMs;
    this.pid = start.pid;
  }

  /** Starts a server and waits until it is ready; throws with its output when it ends or stays silent instead. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const began = performance.now();
    const child = Bun.spawn(commandLine(["serve"], options.wrapper), {
      cwd: repository,
      env: environment(options.dataDir, options.env),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const pids = new Set([child.pid]);
    options.cleanup.defer(() => {
      for (const pid of pids) killNow(pid);
    });
    const log = new OutputTail();
    void log.follow(child.stderr);
    const stdout = new OutputTail();
    void stdout.follow(child.stdout);
    const limit = options.readyWithinMs ?? 10_000;
    const ended = () => (child.exitCode === null && child.signalCode === null ? false : "ended");
    const url = await waitFor("the URL on stdout", limit, () => stdout.firstLine() ?? ended()).catch(
      () => "silent",
    );
    if (!url.startsWith("http")) {
      await within(500, log.closed);
      throw new Error(`no start (${url}): ${stdout.text()}${log.text()}`);
    }
    const pid = options.wrapper ? onlyChildOf(child.pid) : child.pid;
    pids.add(pid);
    await waitFor("GET /ready", limit, () => isReady(url));
    return new ServerProcess(child, log, { url, readyMs: performance.now() - began, pid });
  }

  /** The exit code, or 128 + 9 and the like for an end by a signal. */
  async exited(): Promise<number> {
    return await this.child.exited;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ended, and neither in good order nor by our kill. */
  get endedBadly(): boolean {
    return !this.alive && this.child.exitCode !== 0 && this.child.signalCode !== "SIGKILL";
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** SIGKILL, and back when the process is gone. */
  async kill(): Promise<void> {
    killNow(this.pid);
    await this.child.exited;
  }

  /** SIGTERM, and the exit code; null when it still lives after `limitMs` and had to be killed. */
  async stop(limitMs = 10_000): Promise<number | null> {
    if (this.alive) this.signal("SIGTERM");
    const exitCode = await within(limitMs, this.child.exited);
    if (exitCode === null) await this.kill();
    return exitCode;
  }

  /** Resident memory in bytes. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  }

  /** The last lines of the log, and how the process ended if it has. */
  logTail(): string {
    const end = this.alive ? "" : `ended with ${this.child.signalCode ?? this.child.exitCode}`;
    return `${this.log.text().trimEnd()}\n${end}`.trim();
  }
}

/** Runs a Parley command to its end; one that is not done after `limitMs` is killed and has the exit code -1. */
export async function runCommand(
  words: string[],
  options: { dataDir: string; env?: Record<string, string>; limitMs: number },
): Promise<FinishedCommand> {
  const began = performance.now();
  const child = Bun.spawn(commandLine(words), {
    cwd: repository,
    env: environment(options.dataDir, options.env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = new OutputTail();
  const closed = Promise.all([output.follow(child.stdout), output.follow(child.stderr)]);
  const exitCode = await within(options.limitMs, child.exited);
  if (exitCode === null) child.kill("SIGKILL");
  const tookMs = performance.now() - began;
  await closed;
  return { exitCode: exitCode ?? -1, tookMs, output: output.text() };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) })).status === 200;
  } catch {
    return false;
  }
}

function onlyChildOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== "ESRCH") throw failure;
  }
}

/** Keeps the first line and the last 16 KiB of an output. */
class OutputTail {
  private kept = "";
  private first = "";
  closed: Promise<void> = Promise.resolve();

  follow(stream: ReadableStream<Uint8Array>): Promise<void> {
    this.closed = this.read(stream);
    return this.closed;
  }

  private async read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      if (!this.first.includes("\n")) this.first += text;
      this.kept = (this.kept + text).slice(-16_384);
    }
  }

  firstLine(): string | null {
    const end = this.first.indexOf("\n");
    return end < 0 ? null : this.first.slice(0, end).trim().replace(/\/$/, "");
  }

  text(): string {
    return this.kept;
  }
}
