import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Workspace } from "./workspace.ts";

/** The CPU of the server under test, and the other one, for whatever makes the load. */
export const SERVER_CPU = 0;
export const GENERATOR_CPU = 1;

/** Pinning needs two CPUs and taskset; without them the run goes on and its facts say so. */
export const CAN_PIN = cpus().length >= 2 && Bun.which("taskset") !== null;

// The unit of utime and stime in /proc/PID/stat; Linux answers 100 on every platform Bun runs on.
const TICK_MS = 10;
const STOP_PATIENCE_MS = 15_000;

interface ProcessOptions {
  argv: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  /** False leaves the process on all CPUs, for preparations that are not measured. */
  pinned?: boolean;
}

/** Seconds that the main thread of a process was ready to run and its CPU was busy with something else. */
export function secondsHeldUp(pid: number): number {
  const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ");
  return Number(waitedNs) / 1e9;
}

/** A server in a process of its own, with its CPU time and memory read from /proc. */
export class MeasuredProcess {
  readonly url: URL;
  private readonly child: Bun.Subprocess<"ignore", "pipe", Bun.BunFile>;
  private readonly logPath: string;
  private readonly workspace: Workspace;

  private constructor(
    workspace: Workspace,
    child: Bun.Subprocess<"ignore", "pipe", Bun.BunFile>,
    url: URL,
    logPath: string,
  ) {
    this.workspace = workspace;
    this.child = child;
    this.url = url;
    this.logPath = logPath;
  }

  /** Starts a program that prints its URL as the first line on stdout, and waits for that line. */
  static async start(workspace: Workspace, options: ProcessOptions): Promise<MeasuredProcess> {
    const logPath = workspace.fresh("stderr.log");
    const child = Bun.spawn(onCpus(options.argv, options.pinned), {
      stdin: "ignore",
      stdout: "pipe",
      stderr: Bun.file(logPath),
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const line = await firstLine(child.stdout);
    if (line === undefined || !URL.canParse(line)) {
      child.kill("SIGKILL");
      throw new Error(
        `${options.argv.join(" ")} did not print its URL first:\n${line ?? ""}\n${tail(logPath)}`,
      );
    }
    const started = new MeasuredProcess(workspace, child, new URL(line), logPath);
    workspace.track(started);
    return started;
  }

  /** Runs a program to its end on the server's CPU; answers its stdout, throws when it fails. */
  static async run(
    workspace: Workspace,
    argv: readonly string[],
    options: Omit<ProcessOptions, "argv"> = {},
  ): Promise<string> {
    const logPath = workspace.fresh("stderr.log");
    const child = Bun.spawn(onCpus(argv, options.pinned), {
      stdin: "ignore",
      stdout: "pipe",
      stderr: Bun.file(logPath),
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const [output, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
    if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}:\n${tail(logPath)}`);
    return output;
  }

  get pid(): number {
    return this.child.pid;
  }

  get port(): number {
    return Number(this.url.port);
  }

  /** CPU milliseconds, user and system, of all threads since the start; steps of 10 ms. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, "latin1");
    // The name in parentheses may hold spaces; the fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }

  rssMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }

  /**
   * Waits until the process has been idle for 300 ms, so that work put off until later is counted with
   * the load that caused it. Gives up after `patienceMs`: then the process is never idle.
   */
  async settle(patienceMs = 10_000): Promise<void> {
    const end = performance.now() + patienceMs;
    let before = this.cpuMs();
    while (performance.now() < end) {
      await Bun.sleep(300);
      const now = this.cpuMs();
      if (now - before <= TICK_MS) return;
      before = now;
    }
  }

  /** SIGTERM, then SIGKILL for one that does not go. Answers the exit code. */
  async stop(): Promise<number> {
    this.workspace.secondsHeldUp += secondsHeldUp(this.pid);
    this.child.kill("SIGTERM");
    const overdue = setTimeout(() => this.child.kill("SIGKILL"), STOP_PATIENCE_MS);
    const code = await this.child.exited;
    clearTimeout(overdue);
    return code;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  /** The last lines of its stderr, for an error message. */
  lastWords(): string {
    return tail(this.logPath);
  }
}

/** All CPUs have to be named too: else they would be those of the generator, which starts the process. */
function onCpus(argv: readonly string[], isPinned = true): string[] {
  if (!CAN_PIN) return [...argv];
  return ["taskset", "-c", isPinned ? String(SERVER_CPU) : `0-${cpus().length - 1}`, ...argv];
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string | undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text.trim() === "" ? undefined : text.trim();
    text += decoder.decode(value, { stream: true });
    const end = text.indexOf("\n");
    if (end < 0) continue;
    reader.releaseLock();
    // An unread pipe would one day block a program that keeps printing.
    void stream.pipeTo(new WritableStream());
    return text.slice(0, end).trim();
  }
}

function tail(path: string): string {
  return readFileSync(path, "utf8").split("\n").slice(-15).join("\n");
}
