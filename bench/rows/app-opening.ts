import { HttpConnection } from "../load/http-client.ts";
import { connectAll, type WebSocketClient } from "../load/websocket-client.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Parley } from "../targets/parley.ts";
import type { Person } from "../targets/people.ts";

const PEOPLE = 1_000;
const ROOMS = 250;
const MEMBERS = 4;
const MESSAGES_EACH = 20;
const COMPLETE_AIM_MS = 5_000;
/** The window in which a browser would ask: more at once only wait in the kernel. */
const PATIENCE_MS = 60_000;

/** One person at their screen: a socket, and a connection for what the web app asks when it opens. */
interface Screen {
  person: Person;
  conversationId: string;
  http: HttpConnection;
}

interface Opening {
  lastMs: number;
  medianMs: number;
  cpuMsEach: number;
}

/**
 * (m) 1,000 people open the web app in the same moment, as after a power cut or at nine o'clock: each opens a socket and
 * asks who they are, for their conversations, the newest one's messages, their threads and their notifications.
 */
export async function measureOpening(run: Run): Promise<void> {
  const { plan, report } = run;
  const parley = await Parley.start(run);
  const screens = await furnish(parley);
  const rounds: Opening[] = [];
  for (let round = 0; round <= plan.rounds; round++) {
    const opening = await openAll(parley, screens);
    // The first round warms up the compiler and the server's caches.
    if (round > 0) rounds.push(opening);
  }
  for (const { http } of screens) http.close();
  await parley.stop();
  const what = "1,000 people open the app at once";
  report.add({
    row: "m",
    what: `${what}: last one complete after`,
    unit: "ms",
    parley: rounds.map(({ lastMs }) => lastMs),
    aim: { of: "value", limit: COMPLETE_AIM_MS },
  });
  report.add({
    row: "m",
    what: `${what}: median one complete after`,
    unit: "ms",
    parley: rounds.map(({ medianMs }) => medianMs),
  });
  report.add({
    row: "m",
    what: `${what}: CPU each`,
    unit: "ms",
    parley: rounds.map(({ cpuMsEach }) => cpuMsEach),
  });
}

/** Everybody in a group of four with some messages. */
async function furnish(parley: Parley): Promise<Screen[]> {
  const screens: Screen[] = [];
  for (let room = 0; room < ROOMS; room++) {
    const members = Array.from({ length: MEMBERS }, (_, seat) => parley.person(room * MEMBERS + seat));
    const conversationId = await parley.createGroup(members, `opening ${room}`);
    for (let count = 0; count < MESSAGES_EACH; count++) {
      const author = members[count % MEMBERS] as Person;
      const message = { conversation_id: conversationId, message_type: "text", content: `message ${count}` };
      await parley.call("POST", "/v1/messages", author, message);
    }
    for (const person of members)
      screens.push({ person, conversationId, http: new HttpConnection(parley.process.port) });
  }
  return screens.slice(0, PEOPLE);
}

async function openAll(parley: Parley, screens: readonly Screen[]): Promise<Opening> {
  await parley.process.settle();
  const cpuBefore = parley.process.cpuMs();
  const start = performance.now();
  const times: number[] = [];
  let clients: WebSocketClient[] = [];
  const sockets = connectAll(
    screens.map(({ person, conversationId }) => parley.endpoint(person, conversationId)),
    () => ({ onFrame: () => undefined }),
    screens.length,
  ).then((connected) => {
    clients = connected;
  });
  await Promise.all([
    sockets,
    ...screens.map(async (screen) => {
      await openOne(screen);
      times.push(performance.now() - start);
    }),
  ]);
  const lastMs = Math.max(performance.now() - start, ...times);
  if (lastMs > PATIENCE_MS) throw new Error(`the app took ${lastMs} ms to open`);
  await parley.process.settle();
  const cpuMsEach = (parley.process.cpuMs() - cpuBefore) / screens.length;
  for (const client of clients) client.reset();
  await parley.process.settle();
  return { lastMs, medianMs: quantile(times, 0.5), cpuMsEach };
}

/** What the web app asks for, in its order. */
async function openOne({ person, conversationId, http }: Screen): Promise<void> {
  const paths = [
    "/v1/users/me",
    "/v1/conversations?limit=100&archived=false",
    `/v1/messages?conversation_id=${conversationId}&limit=50`,
    `/v1/conversations/${conversationId}/participants?limit=100`,
    "/v1/threads?limit=100",
    "/v1/notifications?unread=true&limit=20",
  ];
  for (const path of paths) {
    const { status, body } = await http.request("GET", path, person.token);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
  }
}
