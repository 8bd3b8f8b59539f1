import { join } from "node:path";
import { type Account, call, type Endpoint, renewTokens } from "../load/chat-api.ts";
import type { ChatLoad } from "../load/chat-load.ts";
import { observerOf } from "../load/ground.ts";
import { numberOf, parseObject } from "../load/json-reading.ts";
import { MovableClock } from "../machine/movable-clock.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { startUnderLoad } from "./under-load.ts";

export const clockJumps: Scenario = {
  id: "RE-13",
  title: "the clock jumps +1 h, -1 h, +10 years",
  needs: ["clock"],
  alone: false,
  rounds: (asked) => asked,
  play,
};

const hour = 3_600;
const tenYears = 10 * 365 * 24 * hour;
const leeway = 60;

/** Every third round plays a machine that was suspended: its monotonic clock jumps forward too, and never back. */
async function play(round: Round): Promise<RoundResult> {
  return round.seed % 3 === 0 ? await playSuspended(round) : await playJumps(round);
}

async function playSuspended(round: Round): Promise<RoundResult> {
  const clock = new MovableClock(join(round.folder, "clock"));
  const load = { socketsEach: 1, dropsPerSecond: 0 };
  const run = await startUnderLoad(round, { server: { env: clock.env("jumps") }, load });
  await Bun.sleep(500);
  clock.moveTo(hour);
  await Bun.sleep(round.random.between(1_000, 2_000));
  await run.load.waitUntilLive(15_000);
  for (const account of run.ground.accounts) await renewTokens(run.endpoint, account);
  const settled = await run.load.settle();
  const stopped = await run.server.stop();
  round.expect(stopped === 0, `SIGTERM after the round ended with ${stopped}`);
  return round.result(settled, "suspended for an hour");
}

async function playJumps(round: Round): Promise<RoundResult> {
  const clock = new MovableClock(join(round.folder, "clock"));
  const ground = round.copyGround();
  const run = await startUnderLoad(round, {
    ground,
    server: { env: clock.env() },
    load: { socketsEach: 1, dropsPerSecond: 0 },
  });
  await Bun.sleep(500);
  await expectNoLogoutBackwards(round, clock, run.load);
  await expectTokenJudgedAt(round, clock, run.endpoint, observerOf(ground));
  for (const jump of round.random.shuffle([hour, tenYears])) {
    clock.moveTo(jump);
    await Bun.sleep(round.random.between(600, 1_200));
    clock.moveTo(0);
    await Bun.sleep(round.random.between(300, 600));
  }
  await run.load.waitUntilLive(10_000);
  // Sign-ins made under the moved clock count under the right one as any other.
  for (const account of ground.accounts) await renewTokens(run.endpoint, account);
  const settled = await run.load.settle();
  const stopped = await run.server.stop();
  round.expect(stopped === 0, `SIGTERM after the round ended with ${stopped}`);
  const renewed = run.load.attempts.filter(
    ({ reason }) => reason.startsWith("TOKEN_") || reason === "UNAUTHORIZED",
  );
  return round.result(settled, `${renewed.length} sends met an ended token`);
}

/** A clock set back an hour ends nobody's session: no socket is closed, no request refused. */
async function expectNoLogoutBackwards(round: Round, clock: MovableClock, load: ChatLoad): Promise<void> {
  const closedBefore = countCloses(load);
  const fromMs = performance.now();
  clock.moveTo(-hour);
  await Bun.sleep(round.random.between(600, 1_200));
  clock.moveTo(0);
  await Bun.sleep(300);
  const refused = load.attempts.filter((attempt) => attempt.sentMs > fromMs && attempt.result !== "ok");
  round.expect(refused.length === 0, `-1 h: ${refused.length} sends failed, as ${refused[0]?.reason}`);
  const closed = countCloses(load) - closedBefore;
  round.expect(closed === 0, `-1 h: ${closed} sockets were closed`);
}

/** An access token counts until its end and not after it, within a minute's leeway on either side. */
async function expectTokenJudgedAt(
  round: Round,
  clock: MovableClock,
  endpoint: Endpoint,
  account: Account,
): Promise<void> {
  const claims = parseObject(Buffer.from(account.accessToken.split(".")[1] ?? "", "base64url").toString());
  const endsIn = numberOf(claims, "exp") - Date.now() / 1_000;
  // The load renews the account's tokens when they are refused: judge the ones it had.
  const before = { ...account };
  const statusAt = async (seconds: number): Promise<number> => {
    clock.moveTo(Math.round(seconds));
    return (await call(endpoint, "GET", "/v1/auth/profile", { account: before })).status;
  };
  const early = await statusAt(endsIn - leeway - 2);
  const late = await statusAt(endsIn + leeway + 2);
  clock.moveTo(0);
  round.expect(early === 200, `a token ${leeway} s before its end: ${early}`);
  round.expect(late === 401, `a token ${leeway} s after its end: ${late}`);
}

function countCloses(load: ChatLoad): number {
  return load.subscribers
    .flatMap((subscriber) => [...subscriber.closes.values()])
    .reduce((sum, count) => sum + count, 0);
}
