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
  const mix = new RequestMix(parley.process.port);
  await mix.run(REQUESTS_A_SECOND, plan.requestSeconds, (n) => {
    const owner = owners[n % OWNERS] as Owner;
    const [kind, path] = requestOf(Math.floor(n / OWNERS), owner);
    return { path: `/api/v5${path}`, token: owner.person.token, kind };
  });
  mix.close();
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
    what: "in it, answers other than 200",
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
] as const;

function requestOf(turn: number, { session, conversation }: Owner): [(typeof KINDS)[number], string] {
  switch (turn % 8) {
    case 0:
    case 1:
      return ["a session opened", `/sessions/${session}`];
    case 2:
      return ["lists and related", "/sessions"];
    case 3:
      return ["lists and related", "/sessions/related?tags=bench,other"];
    case 4:
      return ["lists and related", "/conversations"];
    case 5:
      return ["a page of messages", `/conversations/${conversation}/messages`];
    case 6:
      return ["settings and account", "/settings"];
    default:
      return ["settings and account", "/users/me"];
  }
}

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
