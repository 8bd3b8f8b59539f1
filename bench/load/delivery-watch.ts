import { ChatFrame, frameKind, readStamp } from "./chat-frames.ts";
import { sendSteadily } from "./open-loop.ts";
import type { ChatTarget, Room } from "./target.ts";
import { connectAll, type FrameListener, type WebSocketClient } from "./websocket-client.ts";

// Above this rate reading every stamp would make the generator part of what is measured.
const READ_ALL_UP_TO = 2000;
const READ_ONE_IN = 8;

/** Milliseconds from a message's send to its receipt, a number a delivery to another participant. */
interface WatchedDeliveries {
  latenciesMs: number[];
  accepted: number;
  sent: number;
}

/** Connects every seat of the rooms, sends at a steady rate from all in turn, and times each delivery. */
export class DeliveryWatch implements FrameListener {
  private readonly target: ChatTarget;
  private readonly frames: ChatFrame[];
  private readonly members: number;
  private clients: WebSocketClient[] = [];
  private latenciesMs: number[] = [];
  private accepted = 0;
  private deliveries = 0;
  private readOneIn = 1;
  private fault: string | undefined;

  private constructor(target: ChatTarget, rooms: readonly Room[]) {
    this.target = target;
    this.members = rooms[0]?.seats.length ?? 0;
    let sender = 0;
    this.frames = rooms.flatMap((room) => room.seats.map(() => new ChatFrame(room.conversationId, sender++)));
  }

  static async connect(target: ChatTarget, rooms: readonly Room[]): Promise<DeliveryWatch> {
    const watch = new DeliveryWatch(target, rooms);
    watch.clients = await connectAll(
      rooms.flatMap((room) => room.seats),
      () => watch,
    );
    await target.process.settle();
    return watch;
  }

  /** Throws when the server refuses a message or one does not arrive within 5 s of the last send. */
  async run(perSecond: number, seconds: number): Promise<WatchedDeliveries> {
    this.latenciesMs = [];
    this.accepted = this.deliveries = 0;
    this.readOneIn = perSecond > READ_ALL_UP_TO ? READ_ONE_IN : 1;
    let sent = 0;
    await sendSteadily(perSecond, seconds, (n) => {
      // Neighbours in the order of seats share a room; the stride spreads consecutive sends over rooms.
      const index = (n * (this.members + 1)) % this.clients.length;
      (this.clients[index] as WebSocketClient).write((this.frames[index] as ChatFrame).next());
      sent++;
    });
    const due = sent * this.members;
    const end = performance.now() + 5000;
    while (this.deliveries < due && performance.now() < end && this.fault === undefined) await Bun.sleep(10);
    if (this.fault !== undefined) throw new Error(`the server refused the load: ${this.fault}`);
    if (this.deliveries !== due) {
      throw new Error(`${this.deliveries} deliveries of ${due}\n${this.target.process.lastWords()}`);
    }
    return { latenciesMs: this.latenciesMs, accepted: this.accepted, sent };
  }

  disconnect(): void {
    for (const client of this.clients) client.reset();
  }

  onFrame(client: WebSocketClient, bytes: Buffer, start: number, end: number): void {
    const kind = frameKind(bytes, start);
    if (kind === "chat") {
      if (this.deliveries++ % this.readOneIn !== 0) return;
      const stamp = readStamp(bytes, start, end);
      if (stamp !== undefined && stamp.sender !== client.index) {
        this.latenciesMs.push(performance.now() - stamp.sentAtMs);
      }
    } else if (kind === "ack") {
      this.accepted++;
    } else if (kind === "error") {
      this.fault ??= bytes.toString("utf8", start, end);
    }
  }
}
