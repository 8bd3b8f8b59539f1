import type { ChatTarget } from "../load/target.ts";
import { connectAll, type Endpoint, type FrameListener } from "../load/websocket-client.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";

const MEMBERS = 4;
const IDLE_AIM_MB = 60;
const CONNECTION_AIM_KB = 8;
const SETTLE_MS = 3000;

interface Memory {
  idleMb: number;
  connectedMb: number;
  kbAConnection: number;
}

/** (e) Resident memory of a server that has just started, and what each idle logged-in connection adds. */
export async function measureMemory(run: Run): Promise<void> {
  const { plan, report } = run;
  const parley = await Parley.start(run);
  await Bun.sleep(SETTLE_MS);
  const idleMb = parley.process.rssMb();
  const rooms = await parley.openRooms(Math.floor(parley.persons.length / MEMBERS), MEMBERS);
  const memory = await connectIdle(
    parley,
    idleMb,
    rooms.flatMap((room) => room.seats),
    plan.idleConnections,
  );
  await parley.stop();

  const floor = await Floor.start(run.workspace);
  await Bun.sleep(SETTLE_MS);
  const floorIdleMb = floor.process.rssMb();
  const floorRooms = await floor.openRooms(rooms.length, MEMBERS);
  const seats = floorRooms.flatMap((room) => room.seats);
  const floored = await connectIdle(floor, floorIdleMb, seats, plan.idleConnections);
  await floor.process.stop();

  const count = plan.idleConnections.toLocaleString("en-US");
  report.add({
    row: "e",
    what: "memory of a server just started (RSS)",
    unit: "MB",
    parley: [memory.idleMb],
    floor: [floored.idleMb],
    floorName: "bare Bun",
    aim: { of: "value", limit: IDLE_AIM_MB },
  });
  report.add({
    row: "e",
    what: `per idle connection, ${count} of ${parley.persons.length.toLocaleString("en-US")} users: RSS over just started`,
    unit: "KB",
    parley: [memory.kbAConnection],
    floor: [floored.kbAConnection],
    floorName: "bare Bun",
    aim: { of: "value", limit: CONNECTION_AIM_KB },
  });
  report.add({
    row: "e",
    what: `memory with ${count} idle connections (RSS)`,
    unit: "MB",
    parley: [memory.connectedMb],
    floor: [floored.connectedMb],
    floorName: "bare Bun",
  });
}

/** Fills the seats around and around until `count` connections are open and the server is quiet. */
async function connectIdle(
  target: ChatTarget,
  idleMb: number,
  seats: readonly Endpoint[],
  count: number,
): Promise<Memory> {
  let closed = 0;
  const listener: FrameListener = {
    onFrame: () => undefined,
    onClose: () => closed++,
  };
  const endpoints = Array.from({ length: count }, (_, index) => seats[index % seats.length] as Endpoint);
  const clients = await connectAll(endpoints, () => listener);
  await target.process.settle();
  await Bun.sleep(SETTLE_MS);
  const connectedMb = target.process.rssMb();
  if (closed > 0) throw new Error(`${closed} idle connections were closed\n${target.process.lastWords()}`);
  for (const client of clients) client.reset();
  return { idleMb, connectedMb, kbAConnection: ((connectedMb - idleMb) * 1024) / count };
}
