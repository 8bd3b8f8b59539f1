import { ChatFrame, frameKind } from "../load/chat-frames.ts";
import { sendSteadily } from "../load/open-loop.ts";
import {
  connectAll,
  type Endpoint,
  type FrameListener,
  type WebSocketClient,
} from "../load/websocket-client.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";
import type { Person } from "../targets/people.ts";
import { Follower } from "./follower.ts";

const ROOMS = 250;
const MEMBERS = 4;
const AWAY_MS = 4000;
const SENDS_A_SECOND = 200;
const COMPLETE_AIM_MS = 1000;
const CPU_AIM_MS = 0.5;
const COMPLETE_PATIENCE_MS = 15_000;

interface Return {
  completeMs: number;
  medianMs: number;
  lost: number;
  cpuMsEach: number;
}

/** (f) 1,000 connections are cut without a word, return together 4 s later and catch up while 200/s go on. */
export async function measureReconnect(run: Run): Promise<void> {
  const parley = await Parley.start(run);
  const story = await Story.begin(parley);
  const returns: Return[] = [];
  for (let round = 0; round < run.plan.rounds; round++) returns.push(await story.cutAndReturn());
  story.end();
  await parley.stop();

  const floorCpuMs = await measureBareReconnect(run);
  const what = "1,000 connections cut, back after 4 s";
  const shared = { row: "f" } as const;
  run.report.add({
    ...shared,
    what: `${what}: last one complete after`,
    unit: "ms",
    parley: returns.map((round) => round.completeMs),
    aim: { of: "value", limit: COMPLETE_AIM_MS },
  });
  run.report.add({
    ...shared,
    what: `${what}: median one complete after`,
    unit: "ms",
    parley: returns.map((round) => round.medianMs),
  });
  run.report.add({
    ...shared,
    what: `${what}: messages lost, doubled or out of order, all rounds`,
    unit: "messages",
    parley: [returns.reduce((sum, round) => sum + round.lost, 0)],
    aim: { of: "value", limit: 0 },
  });
  run.report.add({
    ...shared,
    what: `${what}: CPU a reconnect`,
    unit: "ms",
    parley: returns.map((round) => round.cpuMsEach),
    floor: floorCpuMs,
    floorName: "bare Bun, no resume",
    aim: { of: "value", limit: CPU_AIM_MS },
  });
}

/** One server, 1,000 followers that come and go, and a writer in each conversation that stays. */
class Story implements FrameListener {
  private readonly parley: Parley;
  private readonly followers: Follower[] = [];
  private readonly frames: ChatFrame[] = [];
  private writers: WebSocketClient[] = [];
  private clients: WebSocketClient[] = [];
  /** Highest acknowledged seq by conversation. */
  private readonly acknowledged = new Map<string, number>();
  private readonly conversationOfWriter: string[] = [];
  private fault: string | undefined;

  private constructor(parley: Parley) {
    this.parley = parley;
  }

  static async begin(parley: Parley): Promise<Story> {
    const story = new Story(parley);
    const attached = ROOMS * MEMBERS > parley.persons.length;
    const writerEndpoints: Endpoint[] = [];
    for (let room = 0; room < ROOMS; room++) {
      const members = Array.from({ length: MEMBERS }, (_, seat) => parley.person(room * MEMBERS + seat));
      const id = await parley.createGroup(members, `reconnect ${room}`);
      const bound = attached ? id : undefined;
      for (const member of members) {
        const endpoint = (parameters: string) => parley.endpoint(member, bound, parameters);
        story.followers.push(new Follower(id, endpoint));
      }
      story.frames.push(new ChatFrame(id, room));
      story.conversationOfWriter.push(id);
      writerEndpoints.push(parley.endpoint(members[0] as Person, id));
    }
    story.clients = await connectAll(
      story.followers.map((follower) => follower.endpoint("")),
      (index) => story.followers[index] as Follower,
    );
    story.writers = await connectAll(writerEndpoints, () => story);
    await parley.process.settle();
    await story.send(2);
    return story;
  }

  /** One round: cut, wait, return while sending goes on, and compare what came with what was acknowledged. */
  async cutAndReturn(): Promise<Return> {
    const server = this.parley.process;
    const cpuAtRest = server.cpuMs();
    await this.send(2);
    const sendingMsASecond = (server.cpuMs() - cpuAtRest) / 2;

    for (const client of this.clients) client.reset();
    await this.send(AWAY_MS / 1000);

    const sendingOn = this.send(3);
    const cpuBefore = server.cpuMs();
    const start = performance.now();
    for (const follower of this.followers) follower.leave();
    const connected = connectAll(
      this.followers.map((follower) => follower.endpoint("resume=true")),
      (index) => this.followers[index] as Follower,
      this.followers.length,
    );
    const complete = this.followers.map((follower) => follower.completed(COMPLETE_PATIENCE_MS));
    const [clients, completeAt] = await Promise.all([connected, Promise.all(complete)]);
    this.clients = clients;
    const times = completeAt.map((at) => at - start);
    const elapsedSeconds = (performance.now() - start) / 1000;
    const cpuMs = server.cpuMs() - cpuBefore - sendingMsASecond * elapsedSeconds;
    await sendingOn;
    await this.allDelivered();
    return {
      completeMs: Math.max(...times),
      medianMs: quantile(times, 0.5),
      lost: this.countLost(),
      cpuMsEach: cpuMs / this.followers.length,
    };
  }

  end(): void {
    for (const client of [...this.clients, ...this.writers]) client.reset();
  }

  /** Writers hear their acknowledgements; what the conversation says is the followers' business. */
  onFrame(client: WebSocketClient, bytes: Buffer, start: number, end: number): void {
    const kind = frameKind(bytes, start);
    if (kind === "error") this.fault ??= bytes.toString("utf8", start, end);
    if (kind !== "ack") return;
    const { seq } = JSON.parse(bytes.toString("utf8", start, end)) as { seq: number };
    const conversationId = this.conversationOfWriter[client.index] as string;
    this.acknowledged.set(conversationId, Math.max(seq, this.acknowledged.get(conversationId) ?? 0));
  }

  private send(seconds: number): Promise<void> {
    return sendSteadily(SENDS_A_SECOND, seconds, (n) => {
      const writer = n % ROOMS;
      (this.writers[writer] as WebSocketClient).write((this.frames[writer] as ChatFrame).next());
    });
  }

  /** Gives deliveries that are still on their way 5 s; what has not come then is lost. */
  private async allDelivered(): Promise<void> {
    const end = performance.now() + 5000;
    while (performance.now() < end) {
      await Bun.sleep(100);
      if (this.fault !== undefined) throw new Error(`the server refused a message: ${this.fault}`);
      if (this.countLost() === 0) return;
    }
  }

  private countLost(): number {
    let lost = 0;
    for (const follower of this.followers) {
      lost += follower.faults(this.acknowledged.get(follower.conversationId) ?? 0);
    }
    return lost;
  }
}

/** CPU milliseconds a connection when 1,000 come to the bare server at once and want nothing. */
async function measureBareReconnect(run: Run): Promise<number[]> {
  const floor = await Floor.start(run.workspace);
  const seats = (await floor.openRooms(ROOMS, MEMBERS)).flatMap((room) => room.seats);
  const rounds: number[] = [];
  for (let round = 0; round < run.plan.rounds + 1; round++) {
    const cpuBefore = floor.process.cpuMs();
    const clients = await connectAll(seats, () => ({ onFrame: () => undefined }), seats.length);
    await floor.process.settle();
    rounds.push((floor.process.cpuMs() - cpuBefore) / seats.length);
    for (const client of clients) client.reset();
    await floor.process.settle();
  }
  await floor.process.stop();
  return rounds.slice(1);
}
