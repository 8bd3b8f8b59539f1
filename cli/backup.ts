import { existsSync, renameSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { openDatabase } from "../server/src/app/open-database.ts";
import { type Config, readConfig } from "../server/src/platform/config.ts";
import { discardDatabase, syncFile } from "../server/src/platform/db/restore.ts";
import { SqliteReader } from "../server/src/platform/db/sqlite-reader.ts";
import { type Command, CommandFailed } from "./command.ts";
import { backUpFiles, type FilesTally, filesBeside, missingInWords } from "./kept-files.ts";
import { inBytes, inWords } from "./quantity.ts";
import { openReader, requireSchema } from "./with-database.ts";

export const backup: Command = {
  summary:
    "Copy the database to one new file, and uploaded files beside it, while the server runs and writes",
  about:
    "The copy is of one moment: it holds every message acknowledged before the command began. It is an SQLite file\n" +
    "whichever database it is made of, and holds password hashes and signing keys: keep it as you keep the server.\n" +
    "Uploaded files are copied into the folder FILE.files beside it.",
  operands: ["FILE"],
  flags: { "--without-files": { about: "the database alone; uploaded files are copied by other means" } },
  async run(given) {
    const config = readConfig(process.env);
    const file = resolve(given.operand(0));
    const folder = filesBeside(file);
    for (const place of [file, folder])
      if (existsSync(place)) throw new CommandFailed(`${place} exists already. Name a new file.`);
    if (!existsSync(dirname(file)))
      throw new CommandFailed(`The folder ${dirname(file)} does not exist. Make it first.`);
    const partial = `${file}.partial`;
    discardDatabase(partial);
    try {
      await (config.databaseUrl === null ? copySqlite(config, partial) : copyPostgres(config, partial));
      const messages = readBack(partial);
      syncFile(partial);
      // After the database, so that whatever it knows is there; before it gets its name, so that the whole is there.
      const files = given.has("--without-files") ? null : await backUpFiles(config, partial, folder);
      renameSync(partial, file);
      syncFile(dirname(file));
      console.log(`${file}: ${inBytes(statSync(file).size)}, ${inWords(messages, "message")}`);
      if (files !== null) reportFiles(folder, files);
      return 0;
    } catch (error) {
      discardDatabase(partial);
      throw error;
    }
  },
};

function reportFiles(folder: string, files: FilesTally): void {
  if (files.copied > 0) console.log(`${folder}: ${inBytes(files.bytes)}, ${inWords(files.copied, "file")}`);
  for (const line of missingInWords(files, "they were lost before.")) console.log(line);
}

async function copySqlite(config: Config, to: string): Promise<void> {
  const reader = openReader(config);
  try {
    reader.copyTo(to);
  } finally {
    reader.close();
  }
}

async function copyPostgres(config: Config, to: string): Promise<void> {
  const database = await openDatabase(config);
  try {
    await requireSchema(database.query);
    await database.backup(to);
  } finally {
    await database.close();
  }
}

/** A backup that cannot be read is none. @returns the messages in it. */
function readBack(file: string): number {
  const reader = new SqliteReader(file);
  try {
    reader.requireSound("quick_check");
    return reader.countMessages();
  } finally {
    reader.close();
  }
}
