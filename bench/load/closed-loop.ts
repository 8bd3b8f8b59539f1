import { assertTypeFirst, ChatFrame, frameKind } from "./chat-frames.ts";
import type { ChatTarget, Room } from "./target.ts";
import { connectAll, type Endpoint, type FrameListener, type WebSocketClient } from "./websocket-client.ts";

const DRAIN_PATIENCE_MS = 15_000;

/** One measured round. CPU is that of the server process, counted until it is idle again. */
export interface ClosedLoopRound {
  accepted: number;
  acceptedPerSecond: number;
  deliveries: number;
  cpuUsPerAccepted: number;
  cpuUsPerDelivery: number;
}

interface Load {
  /** Connections that send, by their index over all rooms' seats. */
  senders: readonly number[];
  /** Messages each of them keeps unacknowledged. */
  inFlightEach: number;
  seconds: number;
}

/**
 * Connects every seat of the rooms and sends in a closed loop: a sender's next message leaves when the
 * acknowledgement of an earlier one arrives. Every accepted message must reach every seat of its room.
 */
export class ClosedLoop implements FrameListener {
  /** Payload length of the last chat frame received: what the floor's frames are made equal to. */
  frameBytes = 0;
  /** Frames that are neither acknowledgements nor chat, since the last round began. */
  otherFrames = 0;
  private readonly target: ChatTarget;
  private readonly frames: ChatFrame[];
  private readonly members: number;
  private clients: WebSocketClient[] = [];
  private accepted = 0;
  private deliveries = 0;
  private sent = 0;
  private sending = false;
  private fault: string | undefined;

  private constructor(target: ChatTarget, rooms: readonly Room[]) {
    this.target = target;
    this.members = rooms[0]?.seats.length ?? 0;
    let sender = 0;
    this.frames = rooms.flatMap((room) => room.seats.map(() => new ChatFrame(room.conversationId, sender++)));
  }

  /** Rooms must be of one size. Resolves when all are connected and the server has nothing left to tell them. */
  static async connect(target: ChatTarget, rooms: readonly Room[]): Promise<ClosedLoop> {
    const loop = new ClosedLoop(target, rooms);
    const endpoints: Endpoint[] = rooms.flatMap((room) => room.seats);
    loop.clients = await connectAll(endpoints, () => loop);
    await target.process.settle();
    return loop;
  }

  /** Throws when the server refuses a message, loses one or delivers one twice. */
  async round(load: Load): Promise<ClosedLoopRound> {
    this.accepted = this.deliveries = this.sent = this.otherFrames = 0;
    this.sending = true;
    const cpuBefore = this.target.process.cpuMs();
    const start = performance.now();
    for (let turn = 0; turn < load.inFlightEach; turn++) {
      for (const sender of load.senders) this.send(this.clients[sender] as WebSocketClient);
    }
    await Bun.sleep(load.seconds * 1000);
    const acceptedPerSecond = (this.accepted / (performance.now() - start)) * 1000;
    this.sending = false;
    await this.drain();
    await this.target.process.settle();
    const cpuUs = (this.target.process.cpuMs() - cpuBefore) * 1000;
    return {
      accepted: this.accepted,
      acceptedPerSecond,
      deliveries: this.deliveries,
      cpuUsPerAccepted: cpuUs / this.accepted,
      cpuUsPerDelivery: cpuUs / this.deliveries,
    };
  }

  /** Resets all connections: saying goodbye to each would only cost time. */
  disconnect(): void {
    this.sending = false;
    for (const client of this.clients) client.reset();
  }

  onFrame(client: WebSocketClient, bytes: Buffer, start: number, end: number): void {
    const kind = frameKind(bytes, start);
    if (kind === "chat") {
      this.deliveries++;
      this.frameBytes = end - start;
    } else if (kind === "ack") {
      this.accepted++;
      if (this.sending) this.send(client);
    } else if (kind === "error") {
      this.fault ??= bytes.toString("utf8", start, end);
    } else if (this.otherFrames++ === 0) assertTypeFirst(bytes, start, end);
  }

  onClose(_client: WebSocketClient, code: number): void {
    if (this.sending) this.fault ??= `a connection was closed with ${code}`;
  }

  private send(client: WebSocketClient): void {
    this.sent++;
    client.write((this.frames[client.index] as ChatFrame).next());
  }

  /** Waits until everything sent is acknowledged and everything acknowledged is delivered to all. */
  private async drain(): Promise<void> {
    const end = performance.now() + DRAIN_PATIENCE_MS;
    while (this.accepted < this.sent || this.deliveries < this.accepted * this.members) {
      if (this.fault !== undefined) throw new Error(`the server refused the load: ${this.fault}`);
      if (performance.now() > end) break;
      await Bun.sleep(20);
    }
    const due = this.accepted * this.members;
    if (this.accepted !== this.sent || this.deliveries !== due) {
      throw new Error(
        `sent ${this.sent}, acknowledged ${this.accepted}, delivered ${this.deliveries} of ${due}: ` +
          `messages were lost or doubled\n${this.target.process.lastWords()}`,
      );
    }
  }
}
