import { RequestMix } from "../load/request-mix.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";
import type { Person } from "../targets/people.ts";

const REQUESTS_A_SECOND = 200;
const OWNERS = 16;
const MESSAGES = 60;
const AIM_MS = { p50: 100, p99: 500 };

interface Owner {
  person: Person;
  session: string;
  conversation: string;
}

/** (k) What an editor asks of /api/v5, at the rate and with the times that its plan names. */
export async function measureWorkspaceRequests(run: Run): Promise<void> {
  const { plan, report } = run;
  const parley = await Parley.start(run);
  const owners: Owner[] = [];
  for (let n = 0; n < OWNERS; n++) owners.push(await fill(parley, parley.person(n)));
  await parley.process.settle();
  const cpuBefore = parley.process.cpuMs();
  const mix = new RequestMix(parley.process.port);
  await mix.run(REQUESTS_A_SECOND, plan.requestSeconds, (n) => {
    const owner = owners[n % OWNERS] as Owner;
    const { kind, path, ...rest } = requestOf(Math.floor(n / OWNERS), owner);
    return { path: `/api/v5${path}`, token: owner.person.token, kind, ...rest };
  });
  mix.close();
  await parley.process.settle();
  const cpuMs = parley.process.cpuMs() - cpuBefore;
  await parley.stop();

  const floor = await Floor.start(run.workspace);
  const floorMix = new RequestMix(floor.process.port);
  await floorMix.run(REQUESTS_A_SECOND, Math.min(5, plan.requestSeconds), () => ({
    path: "/",
    token: "",
    kind: "floor",
  }));
  floorMix.close();
  await floor.process.stop();

  const floorTimes = floorMix.times("floor");
  for (const kind of KINDS) {
    for (const [name, fraction] of [
      ["p50", 0.5],
      ["p99", 0.99],
    ] as const) {
      report.add({
        row: "k",
        what: `/api/v5 at ${REQUESTS_A_SECOND} requests/s, ${kind}: ${name}`,
        unit: "ms",
        parley: [quantile(mix.times(kind), fraction)],
        floor: [quantile(floorTimes, fraction)],
        floorName: "bare Bun, fixed answer",
        aim: { of: "value", limit: AIM_MS[name] },
      });
    }
  }
  report.add({
    row: "k",
    what: "in it, CPU a request, one in three of them a write",
    unit: "ms",
    parley: [cpuMs / (REQUESTS_A_SECOND * plan.requestSeconds)],
  });
  report.add({
    row: "k",
    what: "in it, answers other than 200 and 201",
    unit: "answers",
    parley: [mix.refused],
    aim: { of: "value", limit: 0 },
  });
}

const KINDS = [
  "a session opened",
  "lists and related",
  "a page of messages",
  "settings and account",
  "a session saved or forked",
  "a message added",
  "a setting kept",
] as const;

interface Wanted {
  kind: (typeof KINDS)[number];
  path: string;
  method?: string;
  body?: unknown;
}

const OPEN_FILES = Array.from({ length: 30 }, (_, n) => `/src/part-${n}/index.ts`);
const SAVED = {
  editor_state: { open_files: OPEN_FILES, active_file: OPEN_FILES[0] },
  tags: ["bench", "saved"],
};

/** What an editor does in its turn: three reads to a write. */
function requestOf(turn: number, { session, conversation }: Owner): Wanted {
  const wanted: readonly Wanted[] = [
    { kind: "a session opened", path: `/sessions/${session}` },
    { kind: "a session saved or forked", path: `/sessions/${session}`, method: "PUT", body: SAVED },
    { kind: "lists and related", path: "/sessions" },
    { kind: "lists and related", path: "/sessions/related?tags=bench,other" },
    { kind: "a message added", path: `/conversations/${conversation}/messages`, method: "POST", body: SAID },
    { kind: "lists and related", path: "/conversations" },
    { kind: "a page of messages", path: `/conversations/${conversation}/messages` },
    { kind: "a page of messages", path: `/conversations/${conversation}` },
    { kind: "a setting kept", path: "/settings/editor/font_size", method: "PUT", body: { value: turn % 40 } },
    { kind: "settings and account", path: "/settings" },
    { kind: "settings and account", path: "/users/me" },
    { kind: "a session saved or forked", path: `/sessions/${session}/fork`, method: "POST", body: {} },
  ];
  return wanted[turn % wanted.length] as Wanted;
}

const SAID = { role: "User", content: "How should I split the auth module, and what goes first?" };

async function fill(parley: Parley, person: Person): Promise<Owner> {
  const begin = { workspace_path: "/projects/bench", name: "Bench", tags: ["bench"] };
  const { session_id: session } = await parley.call<{ session_id: string }>(
    "POST",
    "/api/v5/sessions",
    person,
    begin,
  );
  for (let n = 0; n < 20; n++) await parley.call("POST", "/api/v5/sessions", person, begin);
  const { conversation_id: conversation } = await parley.call<{ conversation_id: string }>(
    "POST",
    "/api/v5/conversations",
    person,
    { title: "Bench", workspace_session_id: session, tags: ["bench"] },
  );
  for (let n = 0; n < MESSAGES; n++) {
    const body = { role: "User", content: `message ${n} of a conversation that is measured` };
    await parley.call("POST", `/api/v5/conversations/${conversation}/messages`, person, body);
  }
  await parley.call("PUT", "/api/v5/settings/editor/theme", person, { value: "dark" });
  return { person, session, conversation };
}
