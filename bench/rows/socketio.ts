import { join } from "node:path";
import { sendSteadily } from "../load/open-loop.ts";
import { bySocketIo, byWebSocket, type Join, Seats } from "../load/seats.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { MeasuredProcess } from "../targets/measured-process.ts";
import { Parley } from "../targets/parley.ts";

const LISTENERS = 200;
const IN_FLIGHT = 8;
const ROOMS = 50;
const MEMBERS = 10;
const MESSAGES_PER_SECOND = 200;
const P99_AIM_MS = 50;
/** Of a delivery by Socket.IO to one by the WebSocket of Parley's own. */
const RATIO_AIM = 1.5;

interface Broadcast {
  process: MeasuredProcess;
  seats: Seats;
  say(content: string): Promise<void>;
}

/**
 * (h) Socket.IO: CPU of the server a delivery beside stock Socket.IO on Node and beside Parley's own WebSocket, and 500
 * clients in 50 rooms.
 */
export async function measureSocketIo(run: Run): Promise<void> {
  const parley = await Parley.start(run);
  await measureCost(run, parley);
  await measureRooms(run, parley);
  await parley.stop();
}

async function measureCost(run: Run, parley: Parley): Promise<void> {
  const { plan, report } = run;
  const stock = await startStock(run);
  const ours = await openRoom(parley, bySocketIo);
  const plain = await openRoom(parley, byWebSocket);
  const all = [stock, ours, plain];
  for (const each of all) await round(each, plan.roundSeconds / 2);
  const costs = new Map(all.map((each): [Broadcast, number[]] => [each, []]));
  for (let index = 0; index < plan.rounds; index++)
    for (const each of all) costs.get(each)?.push(await round(each, plan.roundSeconds));
  const what = `Socket.IO, ${LISTENERS} clients, messages posted over HTTP: CPU a delivery`;
  const measured = { row: "h", what, unit: "µs", parley: costs.get(ours) ?? [] } as const;
  report.add({
    ...measured,
    floor: costs.get(stock) ?? [],
    floorName: "stock Socket.IO on Node, storing nothing",
  });
  report.add({
    ...measured,
    floor: costs.get(plain) ?? [],
    floorName: "Parley's own WebSocket",
    aim: { of: "ratio", limit: RATIO_AIM },
  });
  for (const { seats } of all) seats.disconnect();
  await stock.process.stop();
}

/** @returns microseconds of the server's CPU a delivery, the sends included. */
async function round({ process, seats, say }: Broadcast, seconds: number): Promise<number> {
  seats.reset();
  const before = process.cpuMs();
  const end = performance.now() + seconds * 1000;
  let sent = 0;
  const sender = async () => {
    while (performance.now() < end) {
      sent++;
      await say(String(performance.now()));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  await seats.expect(sent * LISTENERS);
  await process.settle();
  return ((process.cpuMs() - before) * 1000) / (sent * LISTENERS);
}

async function openRoom(parley: Parley, join: Join): Promise<Broadcast> {
  const people = Array.from({ length: LISTENERS }, (_, index) => parley.person(index));
  const room = await parley.createGroup([...new Set(people)], "Socket.IO");
  const { url } = parley.process;
  const seats = await Seats.connect(
    join,
    people.map(({ token }) => ({ url, token, room })),
  );
  const sender = parley.person(0);
  const say = async (content: string) => {
    await parley.call("POST", `/api/chat/${room}/messages`, sender, { content });
  };
  return { process: parley.process, seats, say };
}

async function startStock(run: Run): Promise<Broadcast> {
  const argv = ["node", join(import.meta.dir, "../targets/stock-socketio-server.mjs")];
  const process = await MeasuredProcess.start(run.workspace, { argv });
  const { url } = process;
  const room = "00000000-0000-7000-8000-000000000000";
  const seats = await Seats.connect(
    bySocketIo,
    Array.from({ length: LISTENERS }, () => ({ url, token: null, room })),
  );
  const say = async (content: string) => {
    const answer = await fetch(url, { method: "POST", body: JSON.stringify({ room, content }) });
    await answer.text();
  };
  return { process, seats, say };
}

/** Everything that is sent must be heard by all, once. */
async function measureRooms({ plan, report }: Run, parley: Parley): Promise<void> {
  const rooms = await Promise.all(
    Array.from({ length: ROOMS }, async (_, index) => {
      const people = Array.from({ length: MEMBERS }, (_each, seat) => parley.person(index * MEMBERS + seat));
      return { id: await parley.createGroup([...new Set(people)], `Socket.IO ${index}`), people };
    }),
  );
  const { url } = parley.process;
  const seats = await Seats.connect(
    bySocketIo,
    rooms.flatMap(({ id, people }) => people.map(({ token }) => ({ url, token, room: id }))),
  );
  const sends: Promise<unknown>[] = [];
  await sendSteadily(MESSAGES_PER_SECOND, plan.socketIoSeconds, (n) => {
    const room = rooms[n % ROOMS];
    const [sender] = room?.people ?? [];
    if (room === undefined || sender === undefined) return;
    const path = `/api/chat/${room.id}/messages`;
    sends.push(parley.call("POST", path, sender, { content: String(performance.now()) }));
  });
  await Promise.all(sends);
  await seats.expect(sends.length * MEMBERS);
  for (const [name, fraction] of [
    ["p50", 0.5],
    ["p99", 0.99],
    ["worst", 1],
  ] as const) {
    report.add({
      row: "h",
      what: `500 Socket.IO clients in 50 rooms, 200 messages/s for ${plan.socketIoSeconds} s, none lost: ${name}`,
      unit: "ms",
      parley: [quantile(seats.latenciesMs, fraction)],
      ...(name === "p99" ? { aim: { of: "value" as const, limit: P99_AIM_MS } } : {}),
    });
  }
  seats.disconnect();
}
