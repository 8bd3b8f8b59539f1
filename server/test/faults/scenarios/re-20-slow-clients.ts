import { type Account, callOk } from "../load/chat-api.ts";
import type { ChatLoad } from "../load/chat-load.ts";
import { type GroundConversation, observerOf } from "../load/ground.ts";
import { portsHeldByServer, SilentSocket } from "../machine/half-open.ts";
import { waitFor } from "../machine/waiting.ts";
import { percentile99 } from "./percentile.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { startUnderLoad, type UnderLoad } from "./under-load.ts";

export const slowClients: Scenario = {
  id: "RE-20",
  title: "20 % of sockets stop reading, 10 % are half-open",
  needs: ["linux"],
  alone: true,
  rounds: (asked) => Math.ceil(asked / 8),
  play,
};

const socketsEach = 3;
/** The server drops a peer that was silent for 60 s; its timers may run a few seconds behind. */
const silentLimitMs = 68_000;
const closedTooSlow = 4408;
const warmUpMs = 2_000;
const budgetPerSocketBytes = 1024 * 1024;
const growthAllowanceBytes = 48 * 1024 * 1024;
/** Below this a machine's own hiccups decide, whatever the ratio. */
const noticeableMs = 30;
/** Enough for the server's buffer of 1 MiB and what the kernel holds for a connection. */
const flood = { messages: 450, characters: 9_900, everyMs: 16 };

async function play(round: Round): Promise<RoundResult> {
  const run = await startUnderLoad(round, { load: { socketsEach, dropsPerSecond: 0 } });
  await Bun.sleep(warmUpMs);
  const warmFromMs = performance.now();
  await Bun.sleep(5_000);
  const soundP99 = percentile99(run.load.attempts.filter((attempt) => attempt.sentMs > warmFromMs));
  const peakGrowth = watchMemory(round, run);
  const conversation = round.random.pick(run.ground.conversations);
  const { stalled, cut } = openSilentSockets(round, run, conversation);
  const fromMs = performance.now();
  await floodConversation(run, conversation);
  await expectClosedAsTooSlow(round, stalled.slice(0, 5));
  const held = await countHeld(run, [...stalled, ...cut], silentLimitMs - (performance.now() - fromMs));
  round.expect(held === 0, `${held} silent sockets were still held after ${silentLimitMs} ms`);
  const p99 = percentile99(run.load.attempts.filter((attempt) => attempt.sentMs > fromMs));
  const isSteady = p99 < Math.max(2 * soundP99, noticeableMs);
  round.expectInTime(isSteady, `p99 of the others ${p99.toFixed(1)} ms, before ${soundP99.toFixed(1)} ms`);
  const grown = peakGrowth();
  const allowed = (stalled.length + cut.length) * budgetPerSocketBytes + growthAllowanceBytes;
  round.expect(grown < allowed, `memory grew by ${mebibytes(grown)}, allowed ${mebibytes(allowed)}`);
  expectSoundSocketsKept(round, run.load);
  const settled = await run.load.settle();
  await run.server.stop();
  const latency = `p99 ${soundP99.toFixed(1)} then ${p99.toFixed(1)} ms`;
  const counts = `${stalled.length} stalled, ${cut.length} half-open`;
  return round.result(settled, `${counts}, ${latency}, memory +${mebibytes(grown)}`);
}

/**
 * Of all sockets then open a fifth does not read and a tenth is cut without a word. Those that do not read follow
 * `flooded` and fill up; the cut ones do not, and get a trickle that must not pass for a sign of life.
 */
function openSilentSockets(round: Round, run: UnderLoad, flooded: GroundConversation) {
  const sound = run.load.subscribers.length;
  const others = run.ground.accounts.filter((account) => !flooded.members.includes(account));
  const openFor = (accounts: readonly Account[]) => () => {
    const { accessToken } = round.random.pick(accounts);
    return SilentSocket.open(run.server.url, "/v1/ws/chat", accessToken, round.cleanup);
  };
  const stalled = Array.from({ length: Math.round((sound * 2) / 7) }, openFor(flooded.members));
  const cut = Array.from({ length: Math.round(sound / 7) }, openFor(others));
  for (const socket of cut) socket.cut();
  return { stalled, cut };
}

/** Who reads again after its buffer overflowed finds what was owed until then, and the close behind it. */
async function expectClosedAsTooSlow(round: Round, sockets: readonly SilentSocket[]): Promise<void> {
  const codes = await Promise.all(sockets.map((socket) => socket.readToEnd(5_000)));
  const otherwise = codes.filter((code) => code !== closedTooSlow);
  round.expect(
    otherwise.length === 0,
    `readers too slow for their buffer were closed with ${codes.join(", ")}`,
  );
}

async function floodConversation(run: UnderLoad, conversation: GroundConversation): Promise<void> {
  const account = observerOf(run.ground);
  const content = "flood ".repeat(flood.characters / 6);
  const sends: Promise<unknown>[] = [];
  for (let count = 0; count < flood.messages; count += 1) {
    const body = { conversation_id: conversation.id, content, message_type: "text" };
    sends.push(callOk(run.endpoint, "POST", "/v1/messages", { account, body }));
    await Bun.sleep(flood.everyMs);
  }
  await Promise.all(sends);
}

/** How many of the sockets the server still holds when `limitMs` have passed or none is left. */
async function countHeld(run: UnderLoad, sockets: readonly SilentSocket[], limitMs: number): Promise<number> {
  const countNow = () => {
    const ports = portsHeldByServer(run.server.url);
    return sockets.filter((socket) => ports.has(socket.port)).length;
  };
  const isNoneHeld = async () => {
    await Bun.sleep(500);
    return countNow() === 0;
  };
  return (await waitFor("the silent sockets' end", limitMs, isNoneHeld).catch(() => false)) ? 0 : countNow();
}

function expectSoundSocketsKept(round: Round, load: ChatLoad): void {
  const closed = load.subscribers.filter((subscriber) => subscriber.closes.size > 0);
  round.expect(closed.length === 0, `${closed.length} sound sockets were closed: ${closed[0]?.name}`);
}

/** Watches the server's memory from now on; the returned function says by how much it grew at most, in bytes. */
function watchMemory(round: Round, run: UnderLoad): () => number {
  const before = run.server.residentBytes();
  let peak = before;
  const timer = setInterval(() => {
    if (run.server.alive) peak = Math.max(peak, run.server.residentBytes());
  }, 100);
  round.cleanup.defer(() => clearInterval(timer));
  return () => peak - before;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
