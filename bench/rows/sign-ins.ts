import { buildFeatures } from "../../server/src/app/features.ts";
import { makeDataFolder, openDatabase } from "../../server/src/app/open-database.ts";
import { createLocalBus } from "../../server/src/platform/bus/local-bus.ts";
import { readConfig } from "../../server/src/platform/config.ts";
import { migrateToLatest } from "../../server/src/platform/db/migrator.ts";
import { Events } from "../../server/src/platform/events/events.ts";
import { createLog } from "../../server/src/platform/log.ts";
import { createMemoryRateLimits } from "../../server/src/platform/rate-limits/memory-rate-limits.ts";
import { Quota } from "../../server/src/platform/rate-limits/rate-limits.ts";
import type { Run } from "../run.ts";
import { Parley } from "../targets/parley.ts";
import { PASSWORD } from "../targets/people.ts";
import { type LoopTimes, ServerLoop } from "../targets/server-loop.ts";

const LOGINS = 100;
const AIM_LOOP_GAP_MS = 50;
const AIM_DECISION_US = 5;
const DECISIONS = 200_000;
const KEYS = 1_000;

/** (n) A hundred sign-ins at once beside everything else, and what each request pays to be let in. */
export async function measureSignIns(run: Run): Promise<void> {
  const add = (what: string, unit: string, parley: number[], limit: number, higherIsBetter = false) =>
    run.report.add({ row: "n", what, unit, parley, higherIsBetter, aim: { of: "value", limit } });
  for (const pinned of [true, false]) {
    const rounds = await measureLogins(run, pinned);
    const what = `${LOGINS} logins at once, ${pinned ? "everything on one core" : "on all cores"}`;
    const answered = rounds.map(({ answers }) => answers);
    add(`${what}: signed in, or told to come later`, "logins", answered, LOGINS, true);
    for (const [when, some] of [
      ["in the first round after a start", rounds.slice(0, 1)],
      ["later", rounds.slice(1)],
    ] as const) {
      const gaps = some.map(({ loopGapMs }) => loopGapMs);
      add(`${what}, ${when}: longest gap of the server's loop`, "ms", gaps, AIM_LOOP_GAP_MS);
      const turns = some.map(({ loopCpuMs }) => loopCpuMs);
      add(`${what}, ${when}: most that the loop computed between two turns`, "ms", turns, AIM_LOOP_GAP_MS);
    }
  }
  add("a verified token accepted again", "µs", await timeTokens(run), AIM_DECISION_US);
  add("a decision of the limiter", "µs", await timeLimiter(run), AIM_DECISION_US);
}

interface Round extends LoopTimes {
  answers: number;
}

async function measureLogins(run: Run, pinned: boolean): Promise<Round[]> {
  const loop = new ServerLoop(run);
  const parley = await Parley.start(run, { ...loop.optionsWith(), pinned });
  const rounds: Round[] = [];
  for (let round = 0; round <= run.plan.rounds; round++) {
    await parley.process.settle();
    await loop.begin();
    const statuses = await Promise.all(
      Array.from({ length: LOGINS }, async (_, n) => {
        const { email } = parley.person(n);
        const response = await fetch(new URL("/v1/auth/login", parley.process.url), {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ email, password: PASSWORD }),
        });
        await response.arrayBuffer();
        return response.status;
      }),
    );
    const times = await loop.end();
    const answers = statuses.filter((status) => status === 200 || status === 503).length;
    rounds.push({ answers, ...times });
  }
  await parley.stop();
  return rounds;
}

/** Processor time of `work`, in microseconds a call. */
async function microseconds(calls: number, work: (n: number) => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < calls; n++) await work(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

async function timeTokens(run: Run): Promise<number[]> {
  const config = readConfig({ PARLEY_DATA_DIR: run.workspace.fresh("tokens") });
  makeDataFolder(config);
  const database = await openDatabase(config);
  await migrateToLatest(database.query);
  const log = createLog("error");
  const events = new Events(createLocalBus(), log);
  const { registrations, sessions } = await buildFeatures(config, database, events, log);
  const device = { requestId: "", ip: null, network: "", userAgent: null };
  const person = { email: "bench@example.test", username: "bench", password: PASSWORD, displayName: "Bench" };
  const { tokens } = await registrations.register(person, device);
  const times: number[] = [];
  for (let round = 0; round < run.plan.rounds; round++)
    times.push(await microseconds(DECISIONS, () => sessions.authenticate(tokens.accessToken)));
  await database.close();
  return times;
}

/** Of the rates that a request of a signed-in user on `/v1` and one on `/api/v5` count for, by turns. */
async function timeLimiter(run: Run): Promise<number[]> {
  const rates = createMemoryRateLimits();
  const times: number[] = [];
  for (let round = 0; round < run.plan.rounds; round++)
    times.push(
      await microseconds(DECISIONS, (n) =>
        rates.take(n % 2 === 0 ? "user" : "workspaceUser", `user ${n % KEYS}`, new Quota()),
      ),
    );
  return times;
}
