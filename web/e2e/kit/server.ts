import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../../..");
const bun = join(root, "node_modules/.bin/bun");

/** A server of its own: a process, a data folder, a port that stays the same over restarts. */
export class TestServer {
  readonly dataDir: string;
  readonly #env: Record<string, string>;
  #process: ChildProcess | null = null;
  #url = "";

  private constructor(dataDir: string, env: Record<string, string>) {
    this.dataDir = dataDir;
    this.#env = env;
  }

  static async start(env: Record<string, string> = {}): Promise<TestServer> {
    const server = await TestServer.prepare(env);
    await server.start();
    return server;
  }

  /** Its folder alone, for what has to be there before it starts. */
  static async prepare(env: Record<string, string> = {}): Promise<TestServer> {
    return new TestServer(await mkdtemp(join(tmpdir(), "parley-browser-")), env);
  }

  get url(): string {
    return this.#url;
  }

  /** Processor time of the process so far, in milliseconds; 100 ticks a second is what Linux counts in. */
  processorMs(): number {
    const stat = readFileSync(`/proc/${this.#process?.pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async start(): Promise<void> {
    const started = spawn(bun, ["cli/main.ts", "serve"], {
      cwd: root,
      env: { ...this.#environment(), PORT: this.#url === "" ? "0" : new URL(this.#url).port },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = started;
    const [line] = (await once(createInterface({ input: started.stdout }), "line")) as [string];
    this.#url = line;
  }

  /** Another command of the same installation, which must not be running. */
  async run(...words: string[]): Promise<void> {
    const child = spawn(bun, ["cli/main.ts", ...words], {
      cwd: root,
      env: this.#environment(),
      stdio: "ignore",
    });
    const [code] = (await once(child, "exit")) as [number];
    if (code !== 0) throw new Error(`parley ${words.join(" ")} ended with ${code}`);
  }

  /** As a power cut: without a word to anybody. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    running.kill(signal);
    await once(running, "exit");
  }

  #environment(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? "",
      PARLEY_DATA_DIR: this.dataDir,
      PARLEY_RATE_LIMITS: "off",
      PARLEY_LOG_LEVEL: "error",
      ...this.#env,
    };
  }
}
