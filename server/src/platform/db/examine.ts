import { sql } from "kysely";
import type { Queries } from "./database.ts";
import { across } from "./tenant-fence.ts";

/** The latest time that any of these tables holds, in milliseconds; null while nothing has happened yet. */
export async function readNewestTime(query: Queries): Promise<number | null> {
  const { messages, users, sessions } = await across(query, "upkeep")
    .selectNoFrom((eb) => [
      eb
        .selectFrom("conversation_heads")
        .select((newest) => newest.fn.max("last_message_at").as("at"))
        .as("messages"),
      eb
        .selectFrom("users")
        .select((newest) => newest.fn.max("created_at").as("at"))
        .as("users"),
      eb
        .selectFrom("sessions")
        .select((newest) => newest.fn.max("last_used_at").as("at"))
        .as("sessions"),
    ])
    .executeTakeFirstOrThrow();
  const newest = Math.max(Number(messages ?? 0), Number(users ?? 0), Number(sessions ?? 0));
  return newest === 0 ? null : newest;
}

/** PostgreSQL's version as it counts itself: 150004 for 15.4. */
export async function readPostgresVersion(query: Queries): Promise<number> {
  const { rows } = await sql<{ server_version_num: string }>`show server_version_num`.execute(query);
  return Number(rows[0]?.server_version_num ?? 0);
}

/** Whether the schema that tables would be made in lets this user make them. */
export async function mayMakeTables(query: Queries): Promise<boolean> {
  const { rows } = await sql<{ may: boolean | null }>`
    select has_schema_privilege(current_schema(), 'create') as may
  `.execute(query);
  return rows[0]?.may === true;
}
