import { connect, createServer, type Server, type Socket } from "node:net";

/** A way to PostgreSQL on which the answer to one commit can be kept back, as a busy server does. */
export class HeldCommit {
  /** Address of the same database by this way. */
  readonly url: string;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  /** What a transaction has written whose commit is to be kept back. */
  #marker: string | null = null;
  #held: Socket | null = null;

  private constructor(listener: Server, url: string) {
    this.#listener = listener;
    this.url = url;
  }

  static async before(databaseUrl: string): Promise<HeldCommit> {
    const target = new URL(databaseUrl);
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const url = new URL(databaseUrl);
    url.hostname = "127.0.0.1";
    url.port = String((listener.address() as { port: number }).port);
    const way = new HeldCommit(listener, url.href);
    listener.on("connection", (client) => way.#carry(client, connect(Number(target.port), target.hostname)));
    return way;
  }

  #carry(client: Socket, server: Socket): void {
    let isMarked = false;
    client.on("data", (chunk) => {
      if (this.#marker !== null && chunk.includes(this.#marker)) isMarked = true;
      if (isMarked && this.#held === null && chunk.includes("commit")) {
        this.#marker = null;
        isMarked = false;
        this.#held = server.pause();
      }
      server.write(chunk);
    });
    server.on("data", (chunk) => client.write(chunk));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => other.destroy());
    }
  }

  /** From now on; the transaction is the first that writes this text. */
  hold(marker: string): void {
    this.#marker = marker;
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  release(): void {
    this.#held?.resume();
    this.#held = null;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#listener.close();
  }
}
