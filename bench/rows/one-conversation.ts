import { ClosedLoop, type ClosedLoopRound } from "../load/closed-loop.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";

const CONNECTIONS = 1000;
const AIMS: Record<number, number> = { 1: 1.25, 8: 1.3 };

/** (a) Durable sends into one conversation that 1,000 connections hear: CPU of the server a delivery. */
export async function measureOneConversation(run: Run): Promise<void> {
  const { plan, report } = run;
  const parley = await Parley.start(run);
  const room = await ClosedLoop.connect(parley, await parley.openRooms(1, CONNECTIONS));
  // The first round warms up the compiler, and shows how long a chat frame is.
  await room.round(load(8, plan.roundSeconds / 2));
  // With one socket in a thousand hearing an acknowledgement, a plain send is the cheaper way to tell it.
  const floor = await Floor.start(run.workspace, { ack: "send", frameBytes: room.frameBytes });
  const floorRoom = await ClosedLoop.connect(floor, await floor.openRooms(1, CONNECTIONS));
  await floorRoom.round(load(8, plan.roundSeconds / 2));
  console.log(`(a) a chat frame is ${room.frameBytes} bytes, the floor's ${floorRoom.frameBytes}`);

  for (const inFlight of [1, 8]) {
    const rounds: ClosedLoopRound[] = [];
    const floorRounds: ClosedLoopRound[] = [];
    for (let round = 0; round < plan.rounds; round++) {
      floorRounds.push(await floorRoom.round(load(inFlight, plan.roundSeconds)));
      rounds.push(await room.round(load(inFlight, plan.roundSeconds)));
    }
    report.add({
      row: "a",
      what: `1,000 connections, ${inFlight} in flight: CPU a delivery`,
      unit: "µs",
      parley: rounds.map((round) => round.cpuUsPerDelivery),
      floor: floorRounds.map((round) => round.cpuUsPerDelivery),
      floorName: "bare Bun",
      aim: { of: "ratio", limit: AIMS[inFlight] as number },
    });
    report.add({
      row: "a",
      what: `1,000 connections, ${inFlight} in flight: deliveries`,
      unit: "/s",
      parley: rounds.map((round) => round.acceptedPerSecond * CONNECTIONS),
      floor: floorRounds.map((round) => round.acceptedPerSecond * CONNECTIONS),
      floorName: "bare Bun",
      higherIsBetter: true,
    });
  }
  if (room.otherFrames > 0)
    console.log(`(a) frames beside chat and ack in the last round: ${room.otherFrames}`);
  room.disconnect();
  floorRoom.disconnect();
  await Promise.all([parley.stop(), floor.process.stop()]);
}

/** Senders spread over the room, one message in flight each, as many people writing at once do. */
function load(inFlight: number, seconds: number) {
  const senders = Array.from({ length: inFlight }, (_, n) => Math.floor((n * CONNECTIONS) / inFlight));
  return { senders, inFlightEach: 1, seconds };
}
