interface Waiting {
  resolve(count: number): void;
  reject(error: Error): void;
}

/** What goes to the worker and comes back. */
export interface CountRequest {
  id: number;
  text: string;
}
export type CountAnswer = { id: number; count: number } | { id: number; fault: string };

/**
 * Counts tokens as the o200k encoding has them. Its table takes about a second and some 90 MB: it is loaded at the
 * first count, in a worker, so that no socket waits for it. Counts come back in the order of the calls.
 */
export class Tokenizer {
  #worker: Worker | null = null;
  #latestId = 0;
  readonly #waiting = new Map<number, Waiting>();

  count(text: string): Promise<number> {
    if (text === "") return Promise.resolve(0);
    const worker = this.#start();
    const id = ++this.#latestId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const request: CountRequest = { id, text };
      worker.postMessage(request);
    });
  }

  close(): void {
    this.#fail(new Error("the tokenizer was closed"));
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL("./o200k-worker.ts", import.meta.url).href);
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<CountAnswer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("count" in data) waiting?.resolve(data.count);
      else waiting?.reject(new Error(`tokens could not be counted: ${data.fault}`));
    };
    worker.onerror = ({ message }) => this.#fail(new Error(`the tokenizer failed: ${message}`));
    worker.unref();
    return worker;
  }

  /** Whoever waits is told; the next count starts a worker again. */
  #fail(error: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
