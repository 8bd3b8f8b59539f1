import type { SideAnswer, SideJobs, SideRequest, SideThreadOptions } from "./side-database.ts";

/** A job that failed in its thread. */
export class SideError extends Error {
  /** SQLite's, or "". */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.name = "SideError";
    this.code = code;
  }

  /** The file is damaged: it has to be made again. */
  get isDamage(): boolean {
    return /^SQLITE_(CORRUPT|NOTADB)/.test(this.code);
  }
}

interface Waiting {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** Jobs on a side database, one after the other in a thread of their own, started by the first call. */
export class SideThread<Jobs extends SideJobs> {
  readonly #options: SideThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(options: SideThreadOptions) {
    this.#options = options;
  }

  /** @throws SideError if the job fails, or the thread was closed. */
  call<Name extends keyof Jobs & string>(
    job: Name,
    input: Parameters<Jobs[Name]>[1],
  ): Promise<Awaited<ReturnType<Jobs[Name]>>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (output: unknown) => void, reject });
      const request: SideRequest = { id, job, input };
      this.#started().postMessage(request);
    });
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL("./side-worker.ts", import.meta.url).href);
    worker.onmessage = ({ data }: MessageEvent<SideAnswer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("failure" in data) waiting?.reject(new SideError(data.failure.message, data.failure.code));
      else waiting?.resolve(data.output);
    };
    worker.onerror = ({ message }) => this.#end(message);
    const { jobs, ...options } = this.#options;
    worker.postMessage({ ...options, jobs: jobs.href });
    this.#worker = worker;
    return worker;
  }

  #end(why: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(new SideError(why, ""));
    this.#waiting.clear();
  }

  /** Jobs that wait are refused; the next call starts the thread again. */
  close(): void {
    this.#end("the thread was closed");
  }
}
