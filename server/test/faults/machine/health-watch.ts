import { join } from "node:path";
import type { Cleanup } from "./cleanup.ts";

/** Answer times in milliseconds, in no order. */
export interface WatchedAnswers {
  server: number[];
  bare: number[];
}

/**
 * Asks `GET /health` every 10 ms from a thread of its own, whether or not earlier answers have come: a server whose
 * loop stands still for 100 ms is seen by ten late answers. A bare server beside it is asked as often, so that what
 * the machine delays is known from what the server delays.
 */
export class HealthWatch {
  private readonly worker: Worker;

  private constructor(worker: Worker) {
    this.worker = worker;
  }

  static async start(url: string, cleanup: Cleanup): Promise<HealthWatch> {
    const bare = Bun.spawn([process.execPath, join(import.meta.dir, "bare-server.ts")], {
      stdin: "ignore",
      stdout: "pipe",
    });
    cleanup.defer(() => bare.kill("SIGKILL"));
    const bareUrl = new TextDecoder().decode((await bare.stdout.getReader().read()).value).trim();
    const worker = new Worker(new URL("./health-watch-thread.ts", import.meta.url).href);
    worker.postMessage({ server: `${url}/health`, bare: bareUrl });
    cleanup.defer(() => worker.terminate());
    return new HealthWatch(worker);
  }

  /** Stops asking. By how many milliseconds the server's slow answers were slower than the bare one's. */
  finish(): Promise<number> {
    return new Promise((resolve) => {
      this.worker.onmessage = (event: MessageEvent<WatchedAnswers>) => {
        const { server, bare } = event.data;
        resolve(Math.max(0, thirdSlowest(server) - thirdSlowest(bare)));
      };
      this.worker.postMessage("finish");
    });
  }
}

/** A stall makes many late answers, a hiccup of the machine one or two. */
function thirdSlowest(times: number[]): number {
  return times.sort((a, b) => b - a)[2] ?? Number.POSITIVE_INFINITY;
}
