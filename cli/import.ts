import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import {
  type ImportedLine,
  MalformedLine,
  RoomImport,
  readImportLine,
} from "../server/src/features/messages/index.ts";
import { readConfig } from "../server/src/platform/config.ts";
import { migrateToLatest } from "../server/src/platform/db/migrator.ts";
import { limits } from "../server/src/platform/limits.ts";
import { type Command, CommandFailed } from "./command.ts";
import { type FileLine, linesOf } from "./file-lines.ts";
import { Progress } from "./progress.ts";
import { inWords } from "./quantity.ts";
import { withDatabase } from "./with-database.ts";

/** Few enough that a running server on the same PostgreSQL waits for the room for moments only. */
const rowsAtOnce = 5_000;
const malformedShown = 20;

export const importFile: Command = {
  summary: "Fill a public room with messages from a JSON Lines file",
  about:
    'Each line of FILE is one message: {"ts": Unix seconds, "user": "nick", "text": "…"}. Authors become accounts that\n' +
    "cannot sign in; nicks that differ by case alone are one. The same file again adds what was not there yet, which\n" +
    "is nothing, or the lines that a grown file has at its end. A line that is no message is named and left out.",
  operands: ["FILE"],
  flags: {
    "--room": { about: "the room's name; made if no import made it before", value: "NAME", isRequired: true },
    "--member": { about: "somebody who is to be in the room", value: "E-MAIL", isRepeatable: true },
  },
  async run(given) {
    const config = readConfig(process.env);
    const file = resolve(given.operand(0));
    const size = sizeOf(file);
    const plan = { roomName: given.value("--room"), members: given.values("--member") };
    const progress = new Progress(size);
    const tally = await withDatabase(config, async (database) => {
      await migrateToLatest(database.query);
      const target = await RoomImport.prepare(database, plan);
      return readInto(target, file, progress);
    });
    if (tally.read === 0) throw new CommandFailed(`${file}: no line of it could be read as a message.`);
    for (const line of summarize(tally, progress.seconds, basename(file), plan.roomName)) console.log(line);
    return 0;
  },
};

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new CommandFailed(`There is no file ${file}.`);
  if (found.isDirectory()) throw new CommandFailed(`${file} is a folder. Name a JSON Lines file.`);
  return found.size;
}

interface Tally {
  /** Lines that are messages. */
  read: number;
  added: number;
  malformed: number;
}

async function readInto(target: RoomImport, file: string, progress: Progress): Promise<Tally> {
  const tally: Tally = { read: 0, added: 0, malformed: 0 };
  let waiting: ImportedLine[] = [];
  const store = async () => {
    tally.added += await target.add(waiting);
    waiting = [];
  };
  const now = Date.now();
  for await (const line of linesOf(Bun.file(file).stream(), limits.bodyBytes)) {
    const message = readLine(line, now, (reason) => {
      tally.malformed++;
      if (tally.malformed <= malformedShown) progress.say(`line ${line.number} left out: ${reason}`);
    });
    if (message === null) continue;
    tally.read++;
    waiting.push(message);
    if (waiting.length >= rowsAtOnce) await store();
    progress.show(line.end, tally.read);
  }
  await store();
  progress.clear();
  if (tally.malformed > malformedShown) {
    progress.say(`and ${inWords(tally.malformed - malformedShown, "more line")} left out`);
  }
  return tally;
}

function readLine(
  { number, bytes }: FileLine,
  now: number,
  leaveOut: (reason: string) => void,
): ImportedLine | null {
  if (bytes === null) {
    leaveOut(`it is longer than ${limits.bodyBytes / 1024} KiB`);
    return null;
  }
  try {
    return readImportLine(number, bytes, now);
  } catch (error) {
    if (!(error instanceof MalformedLine)) throw error;
    leaveOut(error.message);
    return null;
  }
}

function summarize(tally: Tally, seconds: number, file: string, room: string): string[] {
  const { read, added, malformed } = tally;
  const known = read - added;
  const rate = Math.round(read / Math.max(seconds, 0.001)).toLocaleString("en");
  const took = `in ${seconds.toFixed(1)} s, ${rate} rows/s`;
  const lines =
    added === 0
      ? [
          `Nothing new: ${inWords(read, "message")} of ${file} ${read === 1 ? "is" : "are"} in «${room}» already (${took}).`,
        ]
      : [`${inWords(added, "message")} of ${file} added to «${room}» (${took}).`];
  if (added > 0 && known > 0)
    lines.push(`${inWords(known, "message")} of it ${known === 1 ? "was" : "were"} there already.`);
  if (malformed > 0) lines.push(`${inWords(malformed, "line")} left out, named on stderr.`);
  return lines;
}
