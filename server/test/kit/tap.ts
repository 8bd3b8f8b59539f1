import { connect, createServer, type Server, type Socket } from "node:net";
import type { Reachable } from "./caller.ts";

/** A way to the server that can be closed like a tap: what the server sends then waits in its own buffers. */
export class Tap implements Reachable {
  readonly url: string;
  readonly #listener: Server;
  readonly #upstreams = new Set<Socket>();
  #isClosed = false;

  private constructor(listener: Server, port: number, upstreams: Set<Socket>) {
    this.#listener = listener;
    this.#upstreams = upstreams;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async before(app: Reachable): Promise<Tap> {
    const { hostname, port } = new URL(app.url);
    const upstreams = new Set<Socket>();
    let tap: Tap | null = null;
    const listener = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      upstreams.add(upstream);
      if (tap?.isClosed === true) upstream.pause();
      client.on("data", (chunk) => upstream.write(chunk));
      upstream.on("data", (chunk) => client.write(chunk));
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        one.on("error", () => one.destroy());
        one.on("close", () => {
          upstreams.delete(upstream);
          other.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    tap = new Tap(listener, (listener.address() as { port: number }).port, upstreams);
    return tap;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    for (const upstream of this.#upstreams) upstream.pause();
  }

  open(): void {
    this.#isClosed = false;
    for (const upstream of this.#upstreams) upstream.resume();
  }

  stop(): void {
    for (const upstream of this.#upstreams) upstream.destroy();
    this.#listener.close();
  }
}
