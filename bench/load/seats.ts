/** A listener in one room. */
export interface Seat {
  url: URL;
  token: string | null;
  room: string;
}

/** Brings a listener into its room. Resolves once it hears the room; `hear` gets each message's text from then on. */
export type Join = (seat: Seat, hear: (text: string) => void) => { socket: WebSocket; joined: Promise<void> };

const PATIENCE_MS = 30_000;
const AT_ONCE = 50;

/** Many clients that count the messages they hear, and how long ago each was sent. */
export class Seats {
  /** Messages heard since the last `reset`, by all clients together. */
  heard = 0;
  latenciesMs: number[] = [];
  readonly #sockets: WebSocket[] = [];

  static async connect(join: Join, seats: readonly Seat[]): Promise<Seats> {
    const all = new Seats();
    for (let from = 0; from < seats.length; from += AT_ONCE)
      await Promise.all(
        seats.slice(from, from + AT_ONCE).map((seat) => {
          const { socket, joined } = join(seat, (text) => all.#hear(text));
          all.#sockets.push(socket);
          return joined;
        }),
      );
    return all;
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
    if (this.heard !== count) throw new Error(`${this.heard} of ${count} messages were heard`);
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}

const newMessage = '42["new-message"';

/** As little of Socket.IO's protocol as a listener needs, over WebSocket. */
export const bySocketIo: Join = ({ url, token, room }, hear) => {
  const target = new URL("/socket.io/?EIO=4&transport=websocket", url);
  target.protocol = "ws:";
  const socket = new WebSocket(target);
  const auth = token === null ? {} : { token };
  const joined = new Promise<void>((resolve, reject) => {
    const refuse = (why: string) => reject(new Error(`a Socket.IO client was refused: ${why}`));
    socket.addEventListener("close", ({ code }) => refuse(`closed with ${code}`));
    socket.addEventListener("message", ({ data }) => {
      const text = String(data);
      if (text.startsWith(newMessage)) hear(text);
      else if (text === "2") socket.send("3");
      else if (text.startsWith("0")) socket.send(`40${JSON.stringify(auth)}`);
      else if (text.startsWith("40")) socket.send(`420${JSON.stringify(["join-chat-room", room])}`);
      else if (text.startsWith('430[{"ok":true')) resolve();
      else if (text.startsWith("43") || text.startsWith("44")) refuse(text);
    });
  });
  return { socket, joined };
};

/** Parley's own WebSocket, attached to the room alone. */
export const byWebSocket: Join = ({ url, token, room }, hear) => {
  const target = new URL(`/v1/ws/chat?conversation_id=${room}`, url);
  target.protocol = "ws:";
  const socket = new WebSocket(target, { headers: { authorization: `Bearer ${token}` } });
  const joined = new Promise<void>((resolve, reject) => {
    socket.addEventListener("close", ({ code }) =>
      reject(new Error(`a client was refused: closed with ${code}`)),
    );
    socket.addEventListener("message", ({ data }) => {
      const text = String(data);
      if (text.startsWith('{"type":"chat"')) hear(text);
      else if (text.startsWith('{"type":"hello"')) resolve();
    });
  });
  return { socket, joined };
};
