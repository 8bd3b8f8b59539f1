import { ClosedLoop, type ClosedLoopRound } from "../load/closed-loop.ts";
import type { Run } from "../run.ts";
import { startWithRoom } from "../targets/imported-room.ts";
import { Parley } from "../targets/parley.ts";

const MEMBERS = 10_000;
const CONNECTIONS = 1_000;
const IN_FLIGHT = 8;
/** The others of ten thousand are not there: they may cost nothing. */
const RATIO_AIM = 1.1;

/** (j) Sends into a room of 10,000 of whom 1,000 are connected, beside a conversation of only those who are. */
export async function measureLargeRoom(run: Run): Promise<void> {
  const { plan, report } = run;
  const { persons } = await run.people();
  const authors = MEMBERS - persons.length;
  const lines = Array.from({ length: authors }, (_, n) => ({ user: `author${n}`, text: "here" }));
  const { parley, conversationId } = await startWithRoom(run, {
    name: "bench-large",
    members: persons,
    lines,
  });
  const seats = Array.from({ length: CONNECTIONS }, (_, n) =>
    parley.endpoint(parley.person(n), conversationId),
  );
  const large = await ClosedLoop.connect(parley, [{ conversationId, seats }]);
  const small = await Parley.start(run);
  const smallLoop = await ClosedLoop.connect(small, await small.openRooms(1, CONNECTIONS));

  const senders = Array.from({ length: IN_FLIGHT }, (_, n) => Math.floor((n * CONNECTIONS) / IN_FLIGHT));
  const load = (seconds: number) => ({ senders, inFlightEach: 1, seconds });
  await large.round(load(plan.roundSeconds / 2));
  await smallLoop.round(load(plan.roundSeconds / 2));
  const rounds: ClosedLoopRound[] = [];
  const smallRounds: ClosedLoopRound[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    smallRounds.push(await smallLoop.round(load(plan.roundSeconds)));
    rounds.push(await large.round(load(plan.roundSeconds)));
  }
  report.add({
    row: "j",
    what: "a room of 10,000 with 1,000 connected, 8 in flight: CPU a message",
    unit: "µs",
    parley: rounds.map((round) => round.cpuUsPerAccepted),
    floor: smallRounds.map((round) => round.cpuUsPerAccepted),
    floorName: "a conversation of those connected",
    aim: { of: "ratio", limit: RATIO_AIM },
  });
  large.disconnect();
  smallLoop.disconnect();
  await Promise.all([parley.stop(), small.stop()]);
}
