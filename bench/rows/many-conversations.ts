import { ClosedLoop, type ClosedLoopRound } from "../load/closed-loop.ts";
import type { Run } from "../run.ts";
import { Floor, type InsertFloor, measureInserts } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";
import { SyncCounter } from "../targets/sync-counter.ts";

const ROOMS = 250;
const MEMBERS = 4;
const ACCEPTED_AIM = 20_000;

/** (b) Everybody in 250 conversations of 4 sends: durable messages a second, their CPU and their syncs. */
export async function measureManyConversations(run: Run): Promise<void> {
  const { plan, report } = run;
  const parley = await Parley.start(run);
  const rooms = await ClosedLoop.connect(parley, await parley.openRooms(ROOMS, MEMBERS));
  await rooms.round(load(1, plan.roundSeconds / 2));
  // A topic of one's own for acknowledgements joins them with the chat frames of the same turn in one write.
  const floor = await Floor.start(run.workspace, { ack: "topic", frameBytes: rooms.frameBytes });
  const floorRooms = await ClosedLoop.connect(floor, await floor.openRooms(ROOMS, MEMBERS));
  await floorRooms.round(load(1, plan.roundSeconds / 2));

  for (const inFlightEach of [1, 4]) {
    const rounds: ClosedLoopRound[] = [];
    const floorRounds: ClosedLoopRound[] = [];
    for (let round = 0; round < plan.rounds; round++) {
      floorRounds.push(await floorRooms.round(load(inFlightEach, plan.roundSeconds)));
      rounds.push(await rooms.round(load(inFlightEach, plan.roundSeconds)));
    }
    const what = `250 conversations of 4, everybody ${inFlightEach} in flight`;
    report.add({
      row: "b",
      what: `${what}: accepted, durable`,
      unit: "messages/s",
      parley: rounds.map((round) => round.acceptedPerSecond),
      floor: floorRounds.map((round) => round.acceptedPerSecond),
      floorName: "bare Bun, nothing stored",
      higherIsBetter: true,
      aim: { of: "value", limit: ACCEPTED_AIM },
    });
    report.add({
      row: "b",
      what: `${what}: CPU a message`,
      unit: "µs",
      parley: rounds.map((round) => round.cpuUsPerAccepted),
      floor: floorRounds.map((round) => round.cpuUsPerAccepted),
      floorName: "bare Bun, nothing stored",
      aim: { of: "ratio", limit: 2.5 },
    });
  }
  if (rooms.otherFrames > 0)
    console.log(`(b) frames beside chat and ack in the last round: ${rooms.otherFrames}`);
  rooms.disconnect();
  floorRooms.disconnect();
  await Promise.all([parley.stop(), floor.process.stop()]);
  const messagesASync = await countSyncs(run);
  await addInsertFloor(run, messagesASync);
}

/** A pass of its own, so that the preloaded counter does not touch the CPU figures. Answers messages a sync. */
async function countSyncs(run: Run): Promise<number | undefined> {
  const { plan, report } = run;
  const syncCounter = SyncCounter.build(run.workspace, plan.syncDelayMs);
  let syncs: number | undefined;
  let accepted = 0;
  if (syncCounter !== undefined) {
    const parley = await Parley.start(run, { syncCounter });
    const rooms = await ClosedLoop.connect(parley, await parley.openRooms(ROOMS, MEMBERS));
    const before = syncCounter.read();
    ({ accepted } = await rooms.round(load(1, plan.roundSeconds)));
    syncs = syncCounter.read() - before;
    // Acknowledged messages without a single sync were not durable, whatever the server said.
    if (syncs === 0) throw new Error(`${accepted} messages were acknowledged without one fsync`);
    rooms.disconnect();
    await parley.stop();
  }
  report.add({
    row: "b",
    what: "250 conversations of 4, everybody 1 in flight: syncs a message",
    unit: "syncs",
    parley: syncs === undefined ? undefined : [syncs / accepted],
    aim: { of: "value", limit: 0.2 },
  });
  return syncs === undefined ? undefined : accepted / syncs;
}

async function addInsertFloor(run: Run, messagesASync: number | undefined): Promise<void> {
  const groups = new Set([1, 50, 200]);
  if (messagesASync !== undefined) groups.add(Math.max(1, Math.round(messagesASync)));
  const seconds = run.plan.quick ? 0.5 : 1;
  for (const group of [...groups].sort((a, b) => a - b)) {
    const rounds: InsertFloor[] = [];
    for (let round = 0; round < 2; round++) rounds.push(await measureInserts(run.workspace, group, seconds));
    const rows = rounds.map((round) => round.rowsPerSecond);
    const cpu = rounds.map((round) => round.cpuUsPerRow);
    const which = `raw SQLite inserts, FULL, ${group} a commit`;
    run.report.add({
      row: "b",
      what: `floor: ${which}`,
      unit: "rows/s",
      parley: undefined,
      floor: rows,
      higherIsBetter: true,
    });
    run.report.add({
      row: "b",
      what: `floor: ${which}: CPU a row`,
      unit: "µs",
      parley: undefined,
      floor: cpu,
    });
  }
}

function load(inFlightEach: number, seconds: number) {
  return { senders: Array.from({ length: ROOMS * MEMBERS }, (_, index) => index), inFlightEach, seconds };
}
