import { sql } from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import type { Queries } from "./database.ts";
import * as identity from "./migrations/2026-11-21-01-identity.ts";
import * as conversations from "./migrations/2026-11-21-02-conversations.ts";
import * as cookieSessions from "./migrations/2026-11-27-10-cookie-sessions.ts";
import * as accountLocks from "./migrations/2026-11-27-11-account-locks.ts";
import * as mails from "./migrations/2026-11-27-12-mails.ts";
import * as twoFactor from "./migrations/2026-11-27-13-two-factor.ts";
import * as apiKeys from "./migrations/2026-11-27-14-api-keys.ts";
import * as deletedUsers from "./migrations/2026-11-27-15-deleted-users.ts";
import * as changeTrail from "./migrations/2026-11-27-20-change-trail.ts";
import * as organizations from "./migrations/2026-11-27-21-organizations.ts";
import * as people from "./migrations/2026-11-27-22-people.ts";
import * as standings from "./migrations/2026-11-27-23-standings.ts";
import * as purchases from "./migrations/2026-11-27-30-purchases.ts";
import * as files from "./migrations/2026-11-27-31-files.ts";
import * as support from "./migrations/2026-11-27-32-support.ts";
import * as reactionsAndPins from "./migrations/2026-11-27-40-reactions-and-pins.ts";
import * as search from "./migrations/2026-11-27-41-search.ts";
import * as rooms from "./migrations/2026-11-27-42-rooms.ts";
import * as moderation from "./migrations/2026-11-27-43-moderation.ts";
import * as organizationRoles from "./migrations/2026-11-27-50-organization-roles.ts";
import * as workspaces from "./migrations/2026-11-27-51-workspaces.ts";
import * as assistant from "./migrations/2026-11-27-52-assistant.ts";
import * as auditRequests from "./migrations/2026-11-27-53-audit-requests.ts";
import * as notifications from "./migrations/2026-11-27-80-notifications.ts";
import * as answeredQuestions from "./migrations/2026-11-27-88-answered-questions.ts";
import * as slowMode from "./migrations/2026-11-27-91-slow-mode.ts";
import * as threadFollowers from "./migrations/2026-11-27-92-thread-followers.ts";
import * as roomInvitations from "./migrations/2026-11-27-93-room-invitations.ts";
import * as keys from "./migrations/2026-11-28-10-keys.ts";
import { DatabaseRefused } from "./sqlite-open.ts";
import { across } from "./tenant-fence.ts";

/** Every step since the first release, in the order of its name. Released steps are never edited. */
const migrations: Record<string, Migration> = {
  "2026-11-21-01-identity": identity,
  "2026-11-21-02-conversations": conversations,
  "2026-11-27-10-cookie-sessions": cookieSessions,
  "2026-11-27-11-account-locks": accountLocks,
  "2026-11-27-12-mails": mails,
  "2026-11-27-13-two-factor": twoFactor,
  "2026-11-27-14-api-keys": apiKeys,
  "2026-11-27-15-deleted-users": deletedUsers,
  "2026-11-27-20-change-trail": changeTrail,
  "2026-11-27-21-organizations": organizations,
  "2026-11-27-22-people": people,
  "2026-11-27-23-standings": standings,
  "2026-11-27-30-purchases": purchases,
  "2026-11-27-31-files": files,
  "2026-11-27-32-support": support,
  "2026-11-27-40-reactions-and-pins": reactionsAndPins,
  "2026-11-27-41-search": search,
  "2026-11-27-42-rooms": rooms,
  "2026-11-27-43-moderation": moderation,
  "2026-11-27-50-organization-roles": organizationRoles,
  "2026-11-27-51-workspaces": workspaces,
  "2026-11-27-52-assistant": assistant,
  "2026-11-27-53-audit-requests": auditRequests,
  "2026-11-27-80-notifications": notifications,
  "2026-11-27-88-answered-questions": answeredQuestions,
  "2026-11-27-91-slow-mode": slowMode,
  "2026-11-27-92-thread-followers": threadFollowers,
  "2026-11-27-93-room-invitations": roomInvitations,
  "2026-11-28-10-keys": keys,
};

/**
 * Brings the schema up to date, all steps or none; of two processes that start at once one does it.
 * @returns the names of the steps taken.
 * @throws DatabaseRefused if the database was made by a newer version.
 */
export async function migrateToLatest(query: Queries): Promise<string[]> {
  const unknown = await unknownMigrations(query);
  if (unknown.length > 0) {
    throw new DatabaseRefused(
      `The database was made by a newer Parley (${unknown.join(", ")}). Update this one first.`,
    );
  }
  const db = across(query, "upkeep");
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/** Steps that this program has and the database has not. */
export async function missingMigrations(query: Queries): Promise<string[]> {
  const migrator = new Migrator({ db: query, provider: { getMigrations: async () => migrations } });
  const all = await migrator.getMigrations();
  return all.filter((migration) => migration.executedAt === undefined).map((migration) => migration.name);
}

/** Steps that the database has and this program has not: a newer version made it. */
export async function unknownMigrations(query: Queries): Promise<string[]> {
  const tables = await query.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const { rows } = await sql<{
    name: string;
  }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(query);
  return rows.map((row) => row.name).filter((name) => !(name in migrations));
}
