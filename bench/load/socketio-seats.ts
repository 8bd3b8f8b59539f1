/** A Socket.IO client in a room: as little of the protocol as a listener needs, over WebSocket. */
interface Seat {
  url: URL;
  /** What the CONNECT packet says. */
  auth: Record<string, string>;
  room: string;
}

const newMessage = '42["new-message"';
const PATIENCE_MS = 30_000;

/** Many Socket.IO clients that count what they hear, and how long ago it was sent. */
export class SocketIoSeats {
  /** `new-message` events heard since the last `reset`, by all clients together. */
  heard = 0;
  latenciesMs: number[] = [];
  readonly #sockets: WebSocket[] = [];

  static async connect(seats: readonly Seat[]): Promise<SocketIoSeats> {
    const all = new SocketIoSeats();
    for (let from = 0; from < seats.length; from += 50)
      await Promise.all(seats.slice(from, from + 50).map((seat) => all.#join(seat)));
    return all;
  }

  #join({ url, auth, room }: Seat): Promise<void> {
    const target = new URL("/socket.io/?EIO=4&transport=websocket", url);
    target.protocol = "ws:";
    const socket = new WebSocket(target);
    this.#sockets.push(socket);
    return new Promise((resolve, reject) => {
      const refuse = (why: string) => reject(new Error(`a Socket.IO client was refused: ${why}`));
      socket.addEventListener("close", ({ code }) => refuse(`closed with ${code}`));
      socket.addEventListener("message", ({ data }) => {
        const text = String(data);
        if (text.startsWith(newMessage)) this.#hear(text);
        else if (text === "2") socket.send("3");
        else if (text.startsWith("0")) socket.send(`40${JSON.stringify(auth)}`);
        else if (text.startsWith("40")) socket.send(`420${JSON.stringify(["join-chat-room", room])}`);
        else if (text.startsWith('430[{"ok":true')) resolve();
        else if (text.startsWith("43") || text.startsWith("44")) refuse(text);
      });
    });
  }

  /** The content of what is sent is the moment at which it was. */
  #hear(text: string): void {
    this.heard++;
    const at = text.indexOf('"content":"') + '"content":"'.length;
    this.latenciesMs.push(performance.now() - Number.parseFloat(text.slice(at, at + 20)));
  }

  reset(): void {
    this.heard = 0;
    this.latenciesMs = [];
  }

  /** @throws Error unless exactly so many were heard. */
  async expect(count: number): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (this.heard < count && performance.now() < end) await Bun.sleep(20);
    await Bun.sleep(100);
    if (this.heard !== count) throw new Error(`${this.heard} of ${count} Socket.IO events were heard`);
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}
