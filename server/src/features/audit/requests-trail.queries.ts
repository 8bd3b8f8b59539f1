import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { AuditRequestTable } from "../../platform/db/schema-audit.ts";
import { across } from "../../platform/db/tenant-fence.ts";

export type RequestRow = Selectable<AuditRequestTable>;

export interface RequestFilter {
  actorId?: string | undefined;
  action?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  /** Rows before this place. */
  before?: { at: number; id: string } | undefined;
  limit: number;
}

export async function insertRequests(query: Queries, rows: RequestRow[]): Promise<void> {
  await query.insertInto("audit_requests").values(rows).execute();
}

/** Latest first. */
export function listRequests(query: Queries, filter: RequestFilter): Promise<RequestRow[]> {
  const { actorId, action, from, to, before, limit } = filter;
  let select = query
    .selectFrom("audit_requests")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  if (actorId !== undefined) select = select.where("user_id", "=", actorId);
  if (action !== undefined) select = select.where("event_type", "=", action as RequestRow["event_type"]);
  if (from !== undefined) select = select.where("created_at", ">=", from);
  if (to !== undefined) select = select.where("created_at", "<=", to);
  if (before !== undefined) {
    select = select.where(({ eb, and, or }) =>
      or([
        eb("created_at", "<", before.at),
        and([eb("created_at", "=", before.at), eb("id", "<", before.id)]),
      ]),
    );
  }
  return select.execute();
}

export async function deleteRequestsBefore(query: Queries, at: number): Promise<void> {
  await query.deleteFrom("audit_requests").where("created_at", "<", at).execute();
}

const owned = [
  { table: "users", key: "id" },
  { table: "conversations", key: "id" },
  { table: "messages", key: "message_id" },
  { table: "files", key: "id" },
  { table: "workspace_sessions", key: "id" },
  { table: "ai_conversations", key: "id" },
] as const;

/** Whether one of the ids is of something that another organization has. */
export async function isOfAnotherOrganization(
  query: Queries,
  organizationId: string,
  ids: string[],
): Promise<boolean> {
  for (const { table, key } of owned) {
    const { ref } = query.dynamic;
    const row = await across(query, "check")
      .selectFrom(table)
      .select("organization_id")
      .where(ref(key), "in", ids)
      .where("organization_id", "!=", organizationId)
      .executeTakeFirst();
    if (row !== undefined) return true;
  }
  const other = ids.filter((id) => id !== organizationId);
  if (other.length === 0) return false;
  const row = await query
    .selectFrom("organizations")
    .select("id")
    .where("id", "in", other)
    .executeTakeFirst();
  return row !== undefined;
}
