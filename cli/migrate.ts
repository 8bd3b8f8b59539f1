import { readConfig } from "../server/src/platform/config.ts";
import { migrateToLatest } from "../server/src/platform/db/migrator.ts";
import type { Command } from "./command.ts";
import { withDatabase } from "./with-database.ts";

export const migrate: Command = {
  summary: "Bring the database's schema up to date",
  about: "A server does the same when it starts; this is for whoever wants it done, and seen, before that.",
  async run() {
    const steps = await withDatabase(readConfig(process.env), ({ query }) => migrateToLatest(query));
    for (const step of steps) console.log(`done  ${step}`);
    console.log(
      steps.length === 0
        ? "The schema is up to date."
        : `The schema is up to date, ${steps.length} steps taken.`,
    );
    return 0;
  },
};
