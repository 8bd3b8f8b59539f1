import { ClosedLoop } from "../load/closed-loop.ts";
import { HttpConnection } from "../load/http-client.ts";
import { type Aim, quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { MeasuredProcess } from "../targets/measured-process.ts";
import { Parley } from "../targets/parley.ts";
import { PARLEY_ENV, PARLEY_MAIN, PROJECT } from "../targets/parley-command.ts";
import type { Person } from "../targets/people.ts";

const PAGE = 50;
const ROOM_NAME = "bench-history";
const CPU_AIM_US = 75;

// Alone, a request also pays for waking the server; eight at once show what a page costs a busy one.
const READERS = 8;

interface Pages {
  cpuUs: number;
  p50Us: number;
  p99Us: number;
}

/** Reads one page and answers its wall time in milliseconds. */
type ReadPage = () => Promise<number>;

/**
 * (d) Pages of 50 from a conversation of 100,000: walked from the newest to the oldest, and the newest again
 * and again. CPU with 8 readers at once, wall time with one alone.
 */
export async function measureHistoryPage(run: Run): Promise<void> {
  const { plan } = run;
  const { parley, conversationId, reader } = await startWithHistory(run);
  const floor = await Floor.start(run.workspace, { history: plan.historyMessages });
  const newest = `/v1/messages?conversation_id=${conversationId}&limit=${PAGE}`;
  const readers = (make: () => ReadPage) => Array.from({ length: READERS }, make);
  const walkers = readers(() => walker(parley.process.port, newest, reader.token));
  const refreshers = readers(() => refresher(parley.process.port, newest, reader.token));
  const floorWalkers = readers(() => floorWalker(floor.process.port, plan.historyMessages));

  const seconds = plan.roundSeconds / 3;
  // Until the engine has compiled what a page needs, it costs twice and three times as much.
  await readPages(parley.process, plan.roundSeconds, walkers);
  await readPages(parley.process, plan.roundSeconds, refreshers);
  await readPages(floor.process, plan.roundSeconds, floorWalkers);
  const walks: Pages[] = [];
  const refreshes: Pages[] = [];
  const floors: Pages[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    floors.push(await readPages(floor.process, seconds, floorWalkers));
    walks.push(await readPages(parley.process, seconds, walkers));
    refreshes.push(await readPages(parley.process, seconds, refreshers));
  }
  addLines(run, "walking all pages", walks, floors);
  addLines(run, "the newest page", refreshes, floors);
  await Promise.all([parley.stop(), floor.process.stop()]);
}

/** Follows `next_page_state` to the oldest page, then starts again. */
function walker(port: number, newest: string, token: string): ReadPage {
  const connection = new HttpConnection(port);
  let cursor: string | undefined;
  return async () => {
    const path = cursor === undefined ? newest : `${newest}&page_state=${encodeURIComponent(cursor)}`;
    const { elapsed, body } = await timedGet(connection, path, token);
    cursor = /"next_page_state":"([^"]+)"/.exec(body)?.[1];
    return elapsed;
  };
}

function refresher(port: number, newest: string, token: string): ReadPage {
  const connection = new HttpConnection(port);
  return async () => (await timedGet(connection, newest, token)).elapsed;
}

function floorWalker(port: number, rows: number): ReadPage {
  const connection = new HttpConnection(port);
  let before = rows;
  return async () => {
    const { elapsed } = await timedGet(connection, `/page?before=${before}`, "");
    before = before > 2 * PAGE ? before - PAGE : rows;
    return elapsed;
  };
}

async function timedGet(
  connection: HttpConnection,
  path: string,
  token: string,
): Promise<{ elapsed: number; body: string }> {
  const start = performance.now();
  const { status, body } = await connection.request("GET", path, token);
  const elapsed = performance.now() - start;
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
  return { elapsed, body };
}

function addLines(run: Run, which: string, pages: readonly Pages[], floors: readonly Pages[]): void {
  const what = `history page of 50 from ${run.plan.historyMessages.toLocaleString("en-US")}, ${which}`;
  const line = (name: string, of: (page: Pages) => number, aim?: Aim) =>
    run.report.add({
      row: "d",
      what: `${what}: ${name}`,
      unit: "µs",
      parley: pages.map(of),
      floor: floors.map(of),
      floorName: "bare Bun and SQLite",
      ...(aim === undefined ? {} : { aim }),
    });
  line("CPU", (page) => page.cpuUs, { of: "value", limit: CPU_AIM_US });
  line("wall p50", (page) => page.p50Us);
  line("wall p99", (page) => page.p99Us);
}

/** CPU from all readers at once for `seconds`, then wall times from the first alone for as long. */
async function readPages(
  server: MeasuredProcess,
  seconds: number,
  readers: readonly ReadPage[],
): Promise<Pages> {
  let pages = 0;
  const cpuBefore = server.cpuMs();
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    readers.map(async (read) => {
      for (; performance.now() < end; pages++) await read();
    }),
  );
  const cpuUs = ((server.cpuMs() - cpuBefore) * 1000) / pages;
  const walls: number[] = [];
  const wallEnd = performance.now() + seconds * 1000;
  while (performance.now() < wallEnd) walls.push(await (readers[0] as ReadPage)());
  return { cpuUs, p50Us: quantile(walls, 0.5) * 1000, p99Us: quantile(walls, 0.99) * 1000 };
}

async function startWithHistory(
  run: Run,
): Promise<{ parley: Parley; conversationId: string; reader: Person }> {
  const { persons, template } = await run.people();
  const reader = persons[0] as Person;
  const dataDir = run.workspace.fresh("history");
  await MeasuredProcess.run(run.workspace, ["cp", "-r", template, dataDir]);
  try {
    const seconds = await importHistory(run, dataDir, reader);
    console.log(`(d) imported ${run.plan.historyMessages} messages in ${seconds.toFixed(1)} s`);
  } catch (error) {
    console.log(
      `(d) import failed, sending instead: ${error instanceof Error ? error.message : String(error)}`,
    );
    return sendHistory(run, reader);
  }
  const parley = await Parley.start(run, { dataDir });
  const { conversations } = await parley.call<{ conversations: { id: string; type: string }[] }>(
    "GET",
    "/v1/conversations?limit=100",
    reader,
  );
  const room = conversations.find((conversation) => conversation.type === "room");
  if (room === undefined) throw new Error("the imported room is not among its member's conversations");
  return { parley, conversationId: room.id, reader };
}

/** Seconds that the import command took. */
async function importHistory(run: Run, dataDir: string, member: Person): Promise<number> {
  const path = run.workspace.fresh("history.jsonl");
  const writer = Bun.file(path).writer();
  for (let row = 0; row < run.plan.historyMessages; row++) {
    const text = `message ${row} of a history that is long enough to need an index`;
    writer.write(`${JSON.stringify({ ts: 1_600_000_000 + row, user: `nick${row % 200}`, text })}\n`);
  }
  await writer.end();
  const start = performance.now();
  await MeasuredProcess.run(
    run.workspace,
    [process.execPath, PARLEY_MAIN, "import", path, "--room", ROOM_NAME, "--member", member.email],
    { env: { ...PARLEY_ENV, PARLEY_DATA_DIR: dataDir }, cwd: PROJECT },
  );
  return (performance.now() - start) / 1000;
}

async function sendHistory(
  run: Run,
  reader: Person,
): Promise<{ parley: Parley; conversationId: string; reader: Person }> {
  const parley = await Parley.start(run);
  const [room] = await parley.openRooms(1, 2);
  if (room === undefined) throw new Error("no room was made");
  const loop = await ClosedLoop.connect(parley, [room]);
  let filled = 0;
  while (filled < run.plan.historyMessages) {
    const { accepted } = await loop.round({ senders: [0, 1], inFlightEach: 200, seconds: 1 });
    filled += accepted;
  }
  loop.disconnect();
  return { parley, conversationId: room.conversationId, reader };
}
