import type { Queries } from "../../platform/db/database.ts";
import type { UserSettingsTable } from "../../platform/db/schema-organizations.ts";

export async function findSettings(query: Queries, userId: string): Promise<string | undefined> {
  const row = await query
    .selectFrom("user_settings")
    .select("settings")
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return row?.settings;
}

export async function saveSettings(query: Queries, row: UserSettingsTable): Promise<void> {
  await query
    .insertInto("user_settings")
    .values(row)
    .onConflict((conflict) =>
      conflict.column("user_id").doUpdateSet((eb) => ({
        settings: eb.ref("excluded.settings"),
        presence_hidden: eb.ref("excluded.presence_hidden"),
        updated_at: eb.ref("excluded.updated_at"),
      })),
    )
    .execute();
}

/** Everybody who does not show whether they are here, for memory. */
export async function listHiddenUserIds(query: Queries): Promise<string[]> {
  const rows = await query
    .selectFrom("user_settings")
    .select("user_id")
    .where("presence_hidden", "=", 1)
    .execute();
  return rows.map((row) => row.user_id);
}
