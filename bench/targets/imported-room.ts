import type { Run } from "../run.ts";
import { MeasuredProcess } from "./measured-process.ts";
import { Parley } from "./parley.ts";
import { PARLEY_ENV, PARLEY_MAIN, PROJECT } from "./parley-command.ts";
import type { Person } from "./people.ts";

/** One line of a history: who said what. */
export interface HistoryLine {
  user: string;
  text: string;
}

/** A public room to be filled while no server runs. */
interface RoomPlan {
  name: string;
  members: readonly Person[];
  lines: Iterable<HistoryLine>;
}

interface ImportedRoom {
  parley: Parley;
  conversationId: string;
  importSeconds: number;
}

/** A server that starts with an imported room. */
export async function startWithRoom(run: Run, room: RoomPlan): Promise<ImportedRoom> {
  const { template } = await run.people();
  const dataDir = run.workspace.fresh("imported");
  await MeasuredProcess.run(run.workspace, ["cp", "-r", template, dataDir]);
  const importSeconds = await importRoom(run, dataDir, room);
  const parley = await Parley.start(run, { dataDir });
  const { conversations } = await parley.call<{ conversations: { id: string; type: string }[] }>(
    "GET",
    "/v1/conversations?limit=100",
    room.members[0] as Person,
  );
  const made = conversations.find((conversation) => conversation.type === "room");
  if (made === undefined) throw new Error("the imported room is not among its member's conversations");
  return { parley, conversationId: made.id, importSeconds };
}

/** Seconds that the import command took. */
async function importRoom(run: Run, dataDir: string, { name, members, lines }: RoomPlan): Promise<number> {
  const path = run.workspace.fresh("history.jsonl");
  const writer = Bun.file(path).writer();
  let at = 1_600_000_000;
  for (const line of lines) writer.write(`${JSON.stringify({ ts: at++, ...line })}\n`);
  await writer.end();
  const start = performance.now();
  const flags = members.flatMap(({ email }) => ["--member", email]);
  await MeasuredProcess.run(
    run.workspace,
    [process.execPath, PARLEY_MAIN, "import", path, "--room", name, ...flags],
    { env: { ...PARLEY_ENV, PARLEY_DATA_DIR: dataDir }, cwd: PROJECT },
  );
  return (performance.now() - start) / 1000;
}
