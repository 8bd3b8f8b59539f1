import type { BulkTable } from "../../platform/db/bulk.ts";
import type { Database, Queries } from "../../platform/db/database.ts";

export const importRowTable: BulkTable = {
  name: "import_rows",
  columns: ["conversation_id", "line", "line_hash", "seq"],
  key: ["conversation_id", "line", "line_hash"],
  replace: false,
};

/** Makes imports of one organization wait for each other until the transaction ends; nobody else waits. */
export async function lockImports(
  query: Queries,
  engine: Database["engine"],
  organizationId: string,
): Promise<void> {
  if (engine === "sqlite") return;
  await query
    .selectFrom("organizations")
    .select("id")
    .where("id", "=", organizationId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

/** The room that earlier imports of this name filled; rooms that people made are none of it. */
export function findImportedRoom(query: Queries, organizationId: string, name: string) {
  return query
    .selectFrom("conversations as c")
    .select(["c.id", "c.created_by"])
    .where("c.organization_id", "=", organizationId)
    .where("c.type", "=", "room")
    .where("c.title", "=", name)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom("import_rows as i").select("i.line").whereRef("i.conversation_id", "=", "c.id")),
    )
    .orderBy("c.id")
    .executeTakeFirst();
}

/** `line hash` of what is stored already of this stretch of a file. */
export async function listKnownLines(
  query: Queries,
  roomId: string,
  first: number,
  last: number,
): Promise<Set<string>> {
  const rows = await query
    .selectFrom("import_rows")
    .select(["line", "line_hash"])
    .where("conversation_id", "=", roomId)
    .where("line", ">=", first)
    .where("line", "<=", last)
    .execute();
  return new Set(rows.map((row) => `${row.line} ${row.line_hash}`));
}

/** The first person who administers the server, if anybody does. */
export function findFirstAdmin(query: Queries, organizationId: string) {
  return query
    .selectFrom("users")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("role", "=", "admin")
    .where("is_placeholder", "=", 0)
    .orderBy("created_at")
    .orderBy("id")
    .executeTakeFirst();
}

/** History is not news: everybody has read up to the head. */
export async function markReadByAll(
  query: Queries,
  roomId: string,
  head: { seq: number; ordinal: number },
): Promise<void> {
  await query
    .updateTable("participant_marks")
    .set({ last_read_seq: head.seq, read_ordinal: head.ordinal, last_delivered_seq: head.seq })
    .where("conversation_id", "=", roomId)
    .execute();
}
