import { existsSync } from "node:fs";
import { openDatabase } from "../../server/src/app/open-database.ts";
import { requireReadableKeys } from "../../server/src/features/identity/index.ts";
import type { Config } from "../../server/src/platform/config.ts";
import type { Queries } from "../../server/src/platform/db/database.ts";
import { mayMakeTables, readNewestTime, readPostgresVersion } from "../../server/src/platform/db/examine.ts";
import { missingMigrations, unknownMigrations } from "../../server/src/platform/db/migrator.ts";
import { SqliteReader } from "../../server/src/platform/db/sqlite-reader.ts";
import { explain } from "../failure.ts";
import { sqliteFileOf } from "../with-database.ts";
import { broken, doubtful, type Finding, well } from "./finding.ts";

const about = "database";
const restoreHint =
  "npm run parley -- restore FILE --force with the latest backup; what is there now is kept aside";
const leastPostgres = 150_000;
/** Clocks of two machines may differ by this much without harm. */
const aheadMs = 5 * 60 * 1000;
const earliestYear = 2025;
const latestYear = 2100;

/** The database answers and is whole, its schema is this program's, and the clock goes on from its latest entry. */
export async function lookAtDatabase(config: Config): Promise<Finding[]> {
  try {
    return await (config.databaseUrl === null ? lookAtSqlite(config) : lookAtPostgres(config));
  } catch (error) {
    const { what, mend } = explain(error);
    return [broken(about, what, mend ?? restoreHint), lookAtClock(null)];
  }
}

async function lookAtSqlite(config: Config): Promise<Finding[]> {
  const file = sqliteFileOf(config);
  if (!existsSync(file)) return [well(about, "SQLite, made at the first start"), lookAtClock(null)];
  const reader = new SqliteReader(file);
  try {
    reader.requireSound("quick_check");
    return await lookInside(reader.query, "SQLite, whole", config.secret);
  } finally {
    reader.close();
  }
}

async function lookAtPostgres(config: Config): Promise<Finding[]> {
  const database = await openDatabase(config);
  try {
    const version = await readPostgresVersion(database.query);
    const name = `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`;
    if (version < leastPostgres) {
      return [broken(about, `${name} is too old`, "upgrade to PostgreSQL 15 or newer"), lookAtClock(null)];
    }
    if (!(await mayMakeTables(database.query))) {
      const mend = "make the user of DATABASE_URL the owner of the database: ALTER DATABASE … OWNER TO …";
      return [broken(about, `${name} lets this user make no tables`, mend), lookAtClock(null)];
    }
    return await lookInside(database.query, name, config.secret);
  } finally {
    await database.close();
  }
}

async function lookInside(query: Queries, name: string, secret: string | null): Promise<Finding[]> {
  const tables = await query.introspection.getTables();
  if (tables.length === 0) return [well(about, `${name}, tables made at the first start`), lookAtClock(null)];
  const unknown = await unknownMigrations(query);
  if (unknown.length > 0) {
    const text = `${name}, made by a newer Parley (${unknown.join(", ")})`;
    return [broken(about, text, "update this Parley to the version that made it"), lookAtClock(null)];
  }
  const missing = await missingMigrations(query);
  if (missing.length > 0) {
    const text = `${name}, schema behind by ${missing.join(", ")}`;
    return [
      doubtful(about, text, "npm run parley -- migrate (the next start does it too)"),
      lookAtClock(null),
    ];
  }
  return [
    well(about, `${name}, schema up to date`),
    await lookAtKeys(query, secret),
    lookAtClock(await readNewestTime(query)),
  ];
}

/** A start needs the secret that the keys were sealed with. */
async function lookAtKeys(query: Queries, secret: string | null): Promise<Finding> {
  const about = "signing keys";
  try {
    await requireReadableKeys(query, secret);
    return well(
      about,
      secret === null ? "readable" : "sealed under PARLEY_SECRET, or will be at the next start",
    );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return broken(about, text, "set PARLEY_SECRET to the value that was set when they were sealed");
  }
}

/** @param newest the latest time in the database. */
function lookAtClock(newest: number | null): Finding {
  const now = new Date();
  const shown = now.toISOString();
  const year = now.getUTCFullYear();
  const mend = "set the clock: timedatectl set-ntp true";
  if (year < earliestYear || year > latestYear) return broken("clock", `${shown} cannot be right`, mend);
  if (newest !== null && newest > now.getTime() + aheadMs) {
    return broken(
      "clock",
      `${shown} is before the latest entry of the database, ${new Date(newest).toISOString()}`,
      mend,
    );
  }
  return well("clock", shown);
}
