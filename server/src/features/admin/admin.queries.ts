import type { Queries } from "../../platform/db/database.ts";
import type { Schema } from "../../platform/db/schema.ts";
import { across } from "../../platform/db/tenant-fence.ts";

async function count(query: Queries, table: "organizations" | "conversations"): Promise<number> {
  const { rows } = await across(query, "server")
    .selectFrom(table as keyof Schema & string)
    .select(({ fn }) => fn.countAll<number>().as("rows"))
    .executeTakeFirstOrThrow();
  return Number(rows);
}

/** Numbers of the whole server. Messages are counted by where their conversations stand, system messages included. */
export async function readCounts(everything: Queries, at: number) {
  const query = across(everything, "server");
  const people = await query
    .selectFrom("users")
    .select(({ fn }) => fn.countAll<number>().as("rows"))
    .where("is_placeholder", "=", 0)
    .executeTakeFirstOrThrow();
  const sessions = await query
    .selectFrom("sessions")
    .select(({ fn }) => fn.countAll<number>().as("rows"))
    .where("ended_at", "is", null)
    .where("expires_at", ">", at)
    .executeTakeFirstOrThrow();
  const messages = await query
    .selectFrom("conversation_heads")
    .select(({ fn }) => fn.sum<number>("seq").as("total"))
    .executeTakeFirstOrThrow();
  const banned = await query
    .selectFrom("user_standings")
    .select(({ fn }) => fn.countAll<number>().as("rows"))
    .where("banned_at", "is not", null)
    .where(({ eb, or }) => or([eb("banned_until", "is", null), eb("banned_until", ">", at)]))
    .executeTakeFirstOrThrow();
  return {
    users: Number(people.rows),
    organizations: await count(query, "organizations"),
    conversations: await count(query, "conversations"),
    messages: Number(messages.total ?? 0),
    sessions: Number(sessions.rows),
    banned_users: Number(banned.rows),
  };
}
