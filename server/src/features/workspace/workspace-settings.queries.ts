import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { WorkspaceSettingTable } from "../../platform/db/schema-workspace.ts";
import type { Owner } from "./tags.queries.ts";

export type SettingRow = Selectable<WorkspaceSettingTable>;
export type SettingName = Pick<SettingRow, "category" | "key">;

function ofOwner(query: Queries, { userId, organizationId }: Owner) {
  return query
    .selectFrom("workspace_settings")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId);
}

export function listSettings(query: Queries, owner: Owner): Promise<SettingRow[]> {
  return ofOwner(query, owner).selectAll().orderBy("category").orderBy("key").execute();
}

export function findSetting(
  query: Queries,
  owner: Owner,
  { category, key }: SettingName,
): Promise<SettingRow | undefined> {
  return ofOwner(query, owner)
    .selectAll()
    .where("category", "=", category)
    .where("key", "=", key)
    .executeTakeFirst();
}

export async function countOtherSettings(
  query: Queries,
  owner: Owner,
  { category, key }: SettingName,
): Promise<number> {
  const { count } = await ofOwner(query, owner)
    .select(({ fn }) => fn.countAll().as("count"))
    .where("category", "=", category)
    .where("key", "!=", key)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function upsertSetting(query: Queries, row: SettingRow): Promise<void> {
  await query
    .insertInto("workspace_settings")
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(["user_id", "organization_id", "category", "key"])
        .doUpdateSet({ value: row.value, updated_at: row.updated_at }),
    )
    .execute();
}

/** @returns whether there was one. */
export async function deleteSetting(
  query: Queries,
  { userId, organizationId }: Owner,
  { category, key }: SettingName,
): Promise<boolean> {
  const { numDeletedRows } = await query
    .deleteFrom("workspace_settings")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .where("category", "=", category)
    .where("key", "=", key)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
