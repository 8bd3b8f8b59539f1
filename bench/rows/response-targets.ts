import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeliveryWatch } from "../load/delivery-watch.ts";
import { HttpConnection } from "../load/http-client.ts";
import { RequestMix } from "../load/request-mix.ts";
import type { ChatTarget } from "../load/target.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";
import { PASSWORD, type Person, register } from "../targets/people.ts";

const REQUESTS_A_MINUTE = 50_000;
const MEMBERS = 4;
const ROOMS = 250;
const AIM_MS = { sign: 100, conversation: 150, page: 200, delivery: 50 };

/** (g) The response times, rates and memory that an earlier plan of such a server asked for. */
export async function measureResponseTargets(run: Run): Promise<void> {
  const queryTimes = run.workspace.fresh("queries");
  const parley = await Parley.start(run);
  await measureSigningIn(run, parley);
  await measureConversationCalls(run, parley);
  await parley.stop();

  // The clock around each query costs a little CPU, which none of these lines reports.
  const clocked = await Parley.start(run, {
    runtimeArguments: ["--preload", join(import.meta.dir, "..", "targets", "query-clock.ts")],
    env: { PARLEY_BENCH_QUERY_FILE: queryTimes },
  });
  await measureRequests(run, clocked, queryTimes);
  await clocked.stop();
  await measureUnderLoad(run);
}

async function measureSigningIn(run: Run, parley: Parley): Promise<void> {
  const connection = new HttpConnection(parley.process.port);
  const registering: number[] = [];
  const loggingIn: number[] = [];
  const hashing: number[] = [];
  for (let turn = 0; turn < run.plan.calls; turn++) {
    const username = `late-${turn}`;
    registering.push(await timed(() => register(parley.process.url, username)));
    const body = { email: `${username}@example.test`, password: PASSWORD };
    loggingIn.push(await timed(() => ask(connection, "POST", "/v1/auth/login", undefined, body)));
    hashing.push(
      await timed(() =>
        Bun.password.hash(PASSWORD, { algorithm: "argon2id", memoryCost: 47_104, timeCost: 1 }),
      ),
    );
  }
  connection.close();
  for (const [what, samples] of [
    ["register", registering],
    ["login", loggingIn],
  ] as const) {
    run.report.add({
      row: "g",
      what: `${what}, one at a time: p99`,
      unit: "ms",
      parley: [quantile(samples, 0.99)],
      floor: [quantile(hashing, 0.99)],
      floorName: "its password hash alone",
      aim: { of: "value", limit: AIM_MS.sign },
    });
  }
}

async function measureConversationCalls(run: Run, parley: Parley): Promise<void> {
  const connection = new HttpConnection(parley.process.port);
  const owner = parley.person(0);
  const samples = new Map<string, number[]>();
  const call = async (method: string, path: string, name: string, body?: unknown): Promise<string> => {
    let answer = "";
    const elapsed = await timed(async () => {
      answer = await ask(connection, method, path, owner.token, body);
    });
    samples.set(name, [...(samples.get(name) ?? []), elapsed]);
    return answer;
  };
  for (let turn = 0; turn < run.plan.calls; turn++) {
    const members = [0, 1, 2, 3].map((seat) => parley.person(seat).id);
    const body = { type: "group", title: `calls ${turn}`, participant_ids: members };
    const { data } = JSON.parse(await call("POST", "/v1/conversations", "create a conversation", body)) as {
      data: { id: string };
    };
    const path = `/v1/conversations/${data.id}`;
    await call("GET", path, "get a conversation");
    await call("GET", "/v1/conversations?limit=20", "list conversations");
    await call("POST", `${path}/participants`, "add a participant", {
      user_ids: [parley.person(4 + (turn % 16)).id],
    });
    await call("GET", `${path}/participants`, "list participants");
    await call("POST", `${path}/mark-read`, "mark read", {});
  }
  connection.close();
  for (const [name, times] of samples) {
    run.report.add({
      row: "g",
      what: `${name}: p99`,
      unit: "ms",
      parley: [quantile(times, 0.99)],
      aim: { of: "value", limit: AIM_MS.conversation },
    });
  }
}

async function measureRequests(run: Run, parley: Parley, queryTimes: string): Promise<void> {
  const { plan, report } = run;
  const readers = await fillConversations(parley);
  const mix = new RequestMix(parley.process.port);
  const before = readQueryTimes(queryTimes);
  const cpuBefore = parley.process.cpuMs();
  const perSecond = REQUESTS_A_MINUTE / 60;
  await mix.run(perSecond, plan.requestSeconds, (n) => {
    const { person, conversationId } = readers[n % readers.length] as Reader;
    const path = requestPath(n, person, conversationId);
    return { path, token: person.token, kind: path.startsWith("/v1/messages") ? "page" : "other" };
  });
  const busy = (parley.process.cpuMs() - cpuBefore) / (plan.requestSeconds * 10);
  // The clock writes four times a second.
  await Bun.sleep(400);
  const after = readQueryTimes(queryTimes);
  mix.close();

  const floor = await Floor.start(run.workspace);
  const floorMix = new RequestMix(floor.process.port);
  const floorSeconds = Math.min(5, plan.requestSeconds);
  await floorMix.run(perSecond, floorSeconds, () => ({ path: "/", token: "", kind: "other" }));
  floorMix.close();
  await floor.process.stop();

  const what = `${REQUESTS_A_MINUTE.toLocaleString("en-US")} requests a minute for ${plan.requestSeconds} s, mixed reads`;
  const shared = { row: "g", unit: "ms", floorName: "bare Bun, fixed answer" } as const;
  const floorAll = floorMix.times("other");
  const all = [...mix.times("page"), ...mix.times("other")];
  report.add({
    ...shared,
    what: `${what}: p50`,
    parley: [quantile(all, 0.5)],
    floor: [quantile(floorAll, 0.5)],
  });
  report.add({
    ...shared,
    what: `${what}: p99`,
    parley: [quantile(all, 0.99)],
    floor: [quantile(floorAll, 0.99)],
  });
  report.add({
    ...shared,
    what: "in it, a page of 50 messages: p99",
    parley: [quantile(mix.times("page"), 0.99)],
    floor: [quantile(floorAll, 0.99)],
    aim: { of: "value", limit: AIM_MS.page },
  });
  report.add({
    row: "g",
    what: "in it, answers other than 200",
    unit: "answers",
    parley: [mix.refused],
    aim: { of: "value", limit: 0 },
  });
  report.add({ row: "g", what: "in it, CPU of the server", unit: "%", parley: [busy] });
  const queries = after.count - before.count;
  report.add({
    row: "g",
    what: `mean query time, ${queries.toLocaleString("en-US")} queries of that load`,
    unit: "ms",
    parley: queries === 0 ? undefined : [(after.totalMs - before.totalMs) / queries],
    aim: { of: "value", limit: 1 },
  });
}

interface Reader {
  person: Person;
  conversationId: string;
}

/** Conversations with enough messages that a page of 50 is full. */
async function fillConversations(parley: Parley): Promise<Reader[]> {
  const readers: Reader[] = [];
  for (let room = 0; room < 20; room++) {
    const members = [0, 1, 2, 3].map((seat) => parley.person(room * MEMBERS + seat));
    const conversationId = await parley.createGroup(members, `reads ${room}`);
    for (let n = 0; n < 60; n++) {
      const body = { conversation_id: conversationId, content: `message ${n}`, message_type: "text" };
      await parley.call("POST", "/v1/messages", members[n % MEMBERS] as Person, body);
    }
    for (const person of members) readers.push({ person, conversationId });
  }
  return readers;
}

/** Half of the requests read messages; the rest are what a client asks for around them. */
function requestPath(n: number, person: Person, conversationId: string): string {
  const turn = n % 20;
  if (turn < 10) return `/v1/messages?conversation_id=${conversationId}&limit=50`;
  if (turn < 14) return "/v1/conversations?limit=20";
  if (turn < 17) return `/v1/conversations/${conversationId}`;
  if (turn < 19) return "/v1/auth/profile";
  return `/v1/users/${person.id}`;
}

/** 1,000 connections at 1,000 messages/s: memory and delivery; then 10,000 messages/s for a moment. */
async function measureUnderLoad(run: Run): Promise<void> {
  const { report } = run;
  const parley = await Parley.start(run);
  const loaded = await load(run, parley);
  await parley.stop();
  const floor = await Floor.start(run.workspace, { ack: "topic" });
  const floored = await load(run, floor);
  await floor.process.stop();
  const what = "1,000 connections at 1,000 messages/s";
  report.add({
    row: "g",
    what: `${what}: memory (RSS)`,
    unit: "MB",
    parley: [loaded.rssMb],
    floor: [floored.rssMb],
    floorName: "bare Bun",
    aim: { of: "value", limit: 512 },
  });
  report.add({
    row: "g",
    what: `${what}: delivery p99`,
    unit: "ms",
    parley: [quantile(loaded.steadyMs, 0.99)],
    floor: [quantile(floored.steadyMs, 0.99)],
    floorName: "bare Bun",
    aim: { of: "value", limit: AIM_MS.delivery },
  });
  report.add({
    row: "g",
    what: "1,000 connections at 10,000 messages/s, all accepted: delivery p99",
    unit: "ms",
    parley: [quantile(loaded.burstMs, 0.99)],
    floor: [quantile(floored.burstMs, 0.99)],
    floorName: "bare Bun",
    aim: { of: "value", limit: AIM_MS.delivery },
  });
}

async function load(
  run: Run,
  target: ChatTarget,
): Promise<{ rssMb: number; steadyMs: number[]; burstMs: number[] }> {
  const watch = await DeliveryWatch.connect(target, await target.openRooms(ROOMS, MEMBERS));
  const { latenciesMs: steadyMs } = await watch.run(1000, run.plan.latencySeconds);
  const rssMb = target.process.rssMb();
  const { latenciesMs: burstMs } = await watch.run(10_000, run.plan.roundSeconds);
  watch.disconnect();
  return { rssMb, steadyMs, burstMs };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function ask(
  connection: HttpConnection,
  method: string,
  path: string,
  token: string | undefined,
  body?: unknown,
): Promise<string> {
  const answer = await connection.request(method, path, token, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return answer.body;
}

function readQueryTimes(path: string): { count: number; totalMs: number } {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // No query has been timed yet.
  }
  const [count = 0, totalMs = 0] = text.split(" ").map(Number);
  return { count, totalMs };
}
