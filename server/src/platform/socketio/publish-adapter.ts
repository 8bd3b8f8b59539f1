import type { Namespace, Socket } from "socket.io";
import { Adapter, type Room, type Session, type SocketId } from "socket.io-adapter";
import { uptime } from "../clock.ts";
import { limits } from "../limits.ts";
import { nextTurn } from "../next-turn.ts";
import { ReplayLog } from "./replay-log.ts";

/** What the engine's connection has behind it, as far as it is used here. */
interface Conn {
  transport: { name: string; socket?: TopicSocket };
  writeBuffer: unknown[];
  readyState: string;
  write(packet: string): void;
  close(): void;
  on(event: "upgrade", listener: () => void): void;
}

/** A Bun socket. */
interface TopicSocket {
  readyState: number;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  getBufferedAmount(): number;
  terminate(): void;
}

interface KeptSession extends Session {
  joined: Map<Room, number>;
  keptAt: number;
}

/** A client that comes back: what it has seen, from where on each of its rooms concerns it, and which do no more. */
interface CatchUp {
  after: number;
  joined: Map<Room, number>;
  lost: Room[];
}

interface AdapterOptions {
  /** One text to every socket that subscribed to the topic. */
  publish(topic: string, text: string): void;
  /** Those of the rooms that whoever comes back may still hear; null: they may not come back at all. */
  admit(data: unknown, rooms: Room[]): Promise<Room[] | null>;
  /** The event that tells whoever comes back of a room that they may hear no more. */
  farewell(data: unknown, room: Room): [event: string, payload: unknown];
}

/** Packets that wait for a client which does not poll. */
const unpolledPackets = 5_000;
const sessionsKept = 50_000;
/** Written of a replay before it is looked whether its reader takes it, and what may wait for that reader. */
const replayBytes = limits.readerBufferBytes / 16;
const replayWaitingBytes = limits.readerBufferBytes / 4;
const replayWaitingPackets = 500;
const backedUpMs = 10;
const openState = 1;

const topicOf = (room: Room) => `io ${room}`;

/**
 * Rooms as topics of Bun's server: a packet is encoded once and the same bytes go to every WebSocket of the room; a
 * polling client gets it written. Packets of one room reach each client in the order of `tell`.
 *
 * A client that comes back within two minutes gets what it has missed, each packet once: it hears nothing live before
 * it has got, as fast as it takes it, all that the log has after the last packet it saw.
 */
export class PublishAdapter extends Adapter {
  readonly #options: AdapterOptions;
  readonly #log = new ReplayLog(limits.recoveryMs);
  readonly #polling = new Set<SocketId>();
  readonly #joined = new Map<SocketId, Map<Room, number>>();
  readonly #sessions = new Map<string, KeptSession>();
  readonly #catchUps = new Map<SocketId, CatchUp>();
  readonly #live = new Map<string, Socket>();

  constructor(namespace: Namespace, options: AdapterOptions) {
    super(namespace);
    this.#options = options;
  }

  /** Whether anybody hears the room, or may come back to it. */
  isHeard(room: Room): boolean {
    return this.rooms.has(room) || this.#sessions.size > 0;
  }

  /** Tells the room, and whoever comes back to it. */
  tell(room: Room, event: string, payload: unknown): void {
    const offset = this.#log.offsetOf(this.#log.latest + 1);
    const packet = `2${JSON.stringify([event, payload, offset])}`;
    this.#log.append(room, packet);
    if (!this.rooms.has(room)) return;
    this.#options.publish(topicOf(room), `4${packet}`);
    for (const id of this.#polling) if (this.sids.get(id)?.has(room) === true) this.#write(id, packet);
  }

  /** Tells those who are there, but for some, of something that is old in a moment. */
  tellNow(room: Room, event: string, payload: unknown, isExcepted: (socket: Socket) => boolean): void {
    const packet = `2${JSON.stringify([event, payload])}`;
    for (const id of this.rooms.get(room) ?? []) {
      const socket = this.#socketOf(id);
      if (socket !== undefined && !isExcepted(socket)) this.#write(id, packet);
    }
  }

  #socketOf(id: SocketId): Socket | undefined {
    return (this.nsp as Namespace).sockets.get(id);
  }

  #write(id: SocketId, packet: string): void {
    const socket = this.#socketOf(id);
    if (socket === undefined || this.#catchUps.has(id)) return;
    const conn = connOf(socket);
    conn.write(packet);
    if (conn.writeBuffer.length > unpolledPackets) conn.close();
  }

  override addAll(id: SocketId, rooms: Set<Room>): void {
    void super.addAll(id, rooms);
    const joined = this.#joined.get(id) ?? new Map<Room, number>();
    this.#joined.set(id, joined);
    for (const room of rooms) {
      if (room === id) continue;
      if (!joined.has(room)) joined.set(room, this.#log.latest);
      if (!this.#catchUps.has(id)) this.#topicSocket(id)?.subscribe(topicOf(room));
    }
  }

  override del(id: SocketId, room: Room): void {
    this.#joined.get(id)?.delete(room);
    this.#topicSocket(id)?.unsubscribe(topicOf(room));
    void super.del(id, room);
  }

  override delAll(id: SocketId): void {
    const socket = this.#topicSocket(id);
    for (const room of this.sids.get(id) ?? []) socket?.unsubscribe(topicOf(room));
    this.#polling.delete(id);
    this.#joined.delete(id);
    this.#catchUps.delete(id);
    super.delAll(id);
  }

  /** Null while the client polls, or once its socket is closed. */
  #topicSocket(id: SocketId): TopicSocket | null {
    const socket = this.#socketOf(id);
    const found = socket === undefined ? undefined : connOf(socket).transport.socket;
    return found?.readyState === openState ? found : null;
  }

  /** The connection stands: whoever comes back gets what they missed, and all hear their rooms from now on. */
  connected(socket: Socket, greeting: unknown): void {
    const { id, pid } = identityOf(socket);
    const conn = connOf(socket);
    this.#live.set(pid, socket);
    if (conn.transport.name === "polling") {
      this.#polling.add(id);
      conn.on("upgrade", () => {
        this.#polling.delete(id);
        if (!this.#catchUps.has(id)) this.#subscribe(id);
      });
    }
    const catchUp = this.#catchUps.get(id);
    if (catchUp === undefined) {
      // The server speaks first: a client comes back from the last packet that it has seen.
      conn.write(`2${JSON.stringify(["hello", greeting, this.#log.offsetOf(this.#log.latest)])}`);
      return;
    }
    for (const room of catchUp.lost)
      conn.write(`2${JSON.stringify(this.#options.farewell(socket.data, room))}`);
    void this.#replay(id, conn, catchUp);
  }

  /** At the reader's pace. What is told meanwhile is in the log too, so that it comes behind. */
  async #replay(id: SocketId, conn: Conn, catchUp: CatchUp): Promise<void> {
    while (this.#catchUps.get(id) === catchUp && conn.readyState === "open") {
      // Forgotten before the reader took it: it comes back, and is told that it has missed something.
      if (!this.#log.isKnown(catchUp.after)) conn.close();
      else if (isBackedUp(conn)) await Bun.sleep(backedUpMs);
      else if (this.#writeMissed(id, conn, catchUp)) {
        this.#catchUps.delete(id);
        this.#subscribe(id);
      } else await nextTurn();
    }
  }

  /** Some of what is missed. @returns whether that was all. */
  #writeMissed(id: SocketId, conn: Conn, catchUp: CatchUp): boolean {
    const rooms = this.sids.get(id);
    let written = 0;
    for (const { number, room, packet } of this.#log.after(catchUp.after)) {
      if (written > replayBytes) return false;
      catchUp.after = number;
      if (rooms?.has(room) !== true || number <= (catchUp.joined.get(room) ?? 0)) continue;
      conn.write(packet);
      written += packet.length;
    }
    return true;
  }

  #subscribe(id: SocketId): void {
    const socket = this.#topicSocket(id);
    for (const room of this.sids.get(id) ?? []) if (room !== id) socket?.subscribe(topicOf(room));
  }

  /** The connection is gone. */
  disconnected(socket: Socket): void {
    const { pid } = identityOf(socket);
    if (this.#live.get(pid) === socket) this.#live.delete(pid);
  }

  override persistSession(session: Omit<Session, "missedPackets">): void {
    if (this.#sessions.size >= sessionsKept) return;
    const joined = new Map(this.#joined.get(session.sid));
    const rooms = session.rooms.filter((room) => room !== session.sid);
    this.#sessions.set(session.pid, { ...session, rooms, joined, missedPackets: [], keptAt: uptime() });
  }

  /**
   * Whether a client may come back with this. A connection of it that is still thought to live ends here.
   * @param isOwn of the data that its socket carried.
   */
  takeOver(pid: string, isOwn: (data: unknown) => boolean): boolean {
    const live = this.#live.get(pid);
    if (live !== undefined && isOwn(live.data)) connOf(live).close();
    const session = this.#sessions.get(pid);
    return session !== undefined && isOwn(session.data);
  }

  override async restoreSession(pid: string, offset: string): Promise<Session> {
    const session = this.#sessions.get(pid);
    this.#sessions.delete(pid);
    const after = this.#log.numberOf(offset);
    const isInTime = session !== undefined && uptime() - session.keptAt <= limits.recoveryMs;
    const rooms = isInTime ? await this.#options.admit(session.data, session.rooms) : null;
    // Socket.IO takes null for «not known», which its types leave out.
    if (session === undefined || rooms === null || after === undefined) return null as unknown as Session;
    const lost = session.rooms.filter((room) => !rooms.includes(room));
    this.#catchUps.set(session.sid, { after, joined: session.joined, lost });
    this.#joined.set(session.sid, new Map(session.joined));
    return { ...session, rooms, missedPackets: [] };
  }

  /** Forgets clients that did not come back, and what they would have missed. Called every few seconds. */
  trim(): void {
    const oldest = uptime() - limits.recoveryMs;
    for (const [pid, { keptAt }] of this.#sessions) if (keptAt < oldest) this.#sessions.delete(pid);
    this.#log.trim();
  }
}

export function connOf(socket: Socket): Conn {
  return socket.conn as unknown as Conn;
}

function isBackedUp({ transport, writeBuffer }: Conn): boolean {
  const bytes = transport.socket?.getBufferedAmount() ?? 0;
  return bytes > replayWaitingBytes || writeBuffer.length > replayWaitingPackets;
}

/** `pid` is what a client comes back with. */
function identityOf(socket: Socket): { id: SocketId; pid: string } {
  const { id, pid } = socket as unknown as { id: SocketId; pid: string };
  return { id, pid };
}
