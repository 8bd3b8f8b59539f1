import type { Selectable } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { AuditChangeTable, AuditHeadTable } from "../../platform/db/schema-organizations.ts";
import { across } from "../../platform/db/tenant-fence.ts";

export type ChangeRow = Selectable<AuditChangeTable>;
export type TrailHead = Pick<AuditHeadTable, "position" | "hash">;

export interface ChangeFilter {
  actorId?: string | undefined;
  action?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  /** Rows before this position. */
  before?: number | undefined;
  limit: number;
}

/** Where the chain ends; on PostgreSQL nobody else writes to it until the transaction ends. */
export function lockHead(query: Queries, engine: Database["engine"]): Promise<TrailHead> {
  return query
    .selectFrom("audit_head")
    .select(["position", "hash"])
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirstOrThrow();
}

export function findHead(query: Queries): Promise<TrailHead> {
  return query.selectFrom("audit_head").select(["position", "hash"]).executeTakeFirstOrThrow();
}

export async function insertChange(query: Queries, row: ChangeRow): Promise<void> {
  await query.insertInto("audit_changes").values(row).execute();
  await query.updateTable("audit_head").set({ position: row.position, hash: row.hash }).execute();
}

/** Latest first. */
export function listChanges(query: Queries, filter: ChangeFilter): Promise<ChangeRow[]> {
  const { actorId, action, from, to, before, limit } = filter;
  let select = across(query, "server")
    .selectFrom("audit_changes")
    .selectAll()
    .orderBy("position", "desc")
    .limit(limit);
  if (actorId !== undefined) select = select.where("actor_id", "=", actorId);
  if (action !== undefined) select = select.where("action", "=", action);
  if (from !== undefined) select = select.where("created_at", ">=", from);
  if (to !== undefined) select = select.where("created_at", "<=", to);
  if (before !== undefined) select = select.where("position", "<", before);
  return select.execute();
}

/** In the order of the chain. */
export function listChangesAfter(query: Queries, position: number, limit: number): Promise<ChangeRow[]> {
  return across(query, "server")
    .selectFrom("audit_changes")
    .selectAll()
    .where("position", ">", position)
    .orderBy("position")
    .limit(limit)
    .execute();
}
