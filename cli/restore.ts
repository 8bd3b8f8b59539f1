import { join, resolve } from "node:path";
import { filesFolderName, makeDataFolder, openDatabase } from "../server/src/app/open-database.ts";
import { type Config, readConfig } from "../server/src/platform/config.ts";
import { lockFolder } from "../server/src/platform/db/folder-lock.ts";
import { migrateToLatest } from "../server/src/platform/db/migrator.ts";
import {
  countContents,
  countOtherConnections,
  discardDatabase,
  isDatabaseThere,
  type Prepared,
  prepareBackup,
  putInPlace,
  replaceRows,
  requireBackup,
} from "../server/src/platform/db/restore.ts";
import { type Command, CommandFailed } from "./command.ts";
import { type FilesTally, filesBeside, missingInWords, restoreFiles } from "./kept-files.ts";
import { inWords } from "./quantity.ts";
import { sqliteFileOf } from "./with-database.ts";

interface Restored extends Prepared {
  /** Where the former database is kept; null if there was none. */
  aside: string | null;
  files: FilesTally;
}

export const restore: Command = {
  summary: "Make a backup the server's database, while no server runs",
  about:
    "Reads the file through for damage first. A database that is there already is replaced only with --force, and\n" +
    "kept beside the new one. Uploaded files are taken from the folder FILE.files beside the backup, each compared\n" +
    "with its hash; those that are there already stay. Clients notice that the database began a new life (its epoch) and start afresh.\n" +
    "A backup of SQLite can be restored into PostgreSQL, and the other way round.",
  operands: ["FILE"],
  flags: { "--force": { about: "replace the database that is there; it is kept under another name" } },
  async run(given) {
    const config = readConfig(process.env);
    const file = resolve(given.operand(0));
    await requireBackup(file);
    makeDataFolder(config);
    const unlock = lockFolder(config.dataDir);
    const prepared = join(config.dataDir, "restoring.sqlite");
    try {
      const place = config.databaseUrl === null ? restoreSqlite : restorePostgres;
      report(file, await place(config, { file, prepared, force: given.has("--force") }), config);
      return 0;
    } finally {
      discardDatabase(prepared);
      unlock();
    }
  },
};

interface Task {
  file: string;
  prepared: string;
  force: boolean;
}

async function restoreSqlite(config: Config, { file, prepared, force }: Task): Promise<Restored> {
  const place = sqliteFileOf(config);
  const isThere = isDatabaseThere(place);
  if (isThere && !force) throw wouldReplace(config.dataDir);
  const restored = await prepareBackup(file, prepared);
  const files = await restoreFiles(config, prepared, filesBeside(file));
  const aside = `${place}.before-restore-${timestamp()}`;
  putInPlace(prepared, place, aside);
  return { ...restored, files, aside: isThere ? aside : null };
}

async function restorePostgres(config: Config, { file, prepared, force }: Task): Promise<Restored> {
  const database = await openDatabase(config);
  try {
    if ((await countOtherConnections(database.query)) > 0) {
      throw new CommandFailed("Another Parley process uses the database of DATABASE_URL. Stop it first.");
    }
    await migrateToLatest(database.query);
    const { people, conversations } = await countContents(database.query);
    const isThere = people + conversations > 0;
    if (isThere && !force) throw wouldReplace("DATABASE_URL");
    const aside = join(config.dataDir, `postgres.before-restore-${timestamp()}.sqlite`);
    if (isThere) await database.backup(aside);
    const restored = await prepareBackup(file, prepared);
    const files = await restoreFiles(config, prepared, filesBeside(file));
    await replaceRows(database, prepared);
    return { ...restored, files, aside: isThere ? aside : null };
  } finally {
    await database.close();
  }
}

function wouldReplace(where: string): CommandFailed {
  return new CommandFailed(
    `There is a database in ${where} already. Restore elsewhere, or add --force: the present one is then kept aside.`,
  );
}

/** Now, in a form that may stand in a file's name. */
function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+/, "").replaceAll(":", "-");
}

function report(file: string, restored: Restored, config: Config): void {
  const { messages, conversations, people, epoch, aside, files } = restored;
  const counts = [
    inWords(messages, "message"),
    inWords(conversations, "conversation"),
    inWords(people, "person", "people"),
    ...(files.copied === 0 ? [] : [inWords(files.copied, "file")]),
  ];
  console.log(`Restored ${file}: ${counts.join(", ")}.`);
  console.log(`New epoch ${epoch}: clients start afresh.`);
  const advice = `copy them into ${join(config.dataDir, filesFolderName)}.`;
  for (const line of missingInWords(files, advice)) console.log(line);
  if (aside !== null) console.log(`The former database is kept as ${aside}.`);
  if (restored.hasSealedKeys && config.secret === null) {
    console.log(
      "Its signing keys are sealed: set PARLEY_SECRET to the value it had where the backup was made.",
    );
  }
}
