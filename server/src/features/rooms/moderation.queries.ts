import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage, searchedRows } from "../../platform/db/list-page.ts";
import type { MessageReportTable, RoomBanTable } from "../../platform/db/schema-rooms.ts";

export type BanRow = Selectable<RoomBanTable>;
export type ListedBan = BanRow & { username_key: string; display_name: string };
export type ReportRow = Selectable<MessageReportTable>;

/** Bans that hold at this moment. */
export function listBans(
  query: Queries,
  conversationId: string,
  at: number,
  page: ListPage<ListedBan>,
): Promise<ListedBan[]> {
  const select = query
    .selectFrom("room_bans as b")
    .innerJoin("users as u", "u.id", "b.user_id")
    .selectAll("b")
    .select(["u.username_key", "u.display_name"])
    .where("b.conversation_id", "=", conversationId)
    .where(({ eb, or }) => or([eb("b.until", "is", null), eb("b.until", ">", at)]));
  return searchedRows(
    page,
    (row) => [row.username_key, row.display_name, row.reason],
    (slice) => cutPage(select, slice).execute(),
  );
}

/** A new ban takes the place of an older one. */
export async function putBan(query: Queries, ban: RoomBanTable): Promise<void> {
  await query
    .insertInto("room_bans")
    .values(ban)
    .onConflict((conflict) =>
      conflict.columns(["conversation_id", "user_id"]).doUpdateSet((eb) => ({
        banned_by: eb.ref("excluded.banned_by"),
        reason: eb.ref("excluded.reason"),
        until: eb.ref("excluded.until"),
        created_at: eb.ref("excluded.created_at"),
      })),
    )
    .execute();
}

export async function deleteBan(query: Queries, conversationId: string, userId: string): Promise<void> {
  await query
    .deleteFrom("room_bans")
    .where("conversation_id", "=", conversationId)
    .where("user_id", "=", userId)
    .execute();
}

/** False if the same person reported the message before. */
export async function insertReport(query: Queries, report: MessageReportTable): Promise<boolean> {
  const inserted = await query
    .insertInto("message_reports")
    .values(report)
    .onConflict((conflict) => conflict.columns(["message_id", "reporter_id"]).doNothing())
    .returning("id")
    .execute();
  return inserted.length > 0;
}

export function findReportOf(query: Queries, organizationId: string, messageId: string, reporterId: string) {
  return query
    .selectFrom("message_reports")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("message_id", "=", messageId)
    .where("reporter_id", "=", reporterId)
    .executeTakeFirst();
}

export function listReports(
  query: Queries,
  conversationId: string,
  isResolved: boolean,
  page: ListPage<ReportRow>,
): Promise<ReportRow[]> {
  const select = query
    .selectFrom("message_reports")
    .selectAll()
    .where("conversation_id", "=", conversationId)
    .where("resolved_at", isResolved ? "is not" : "is", null);
  return searchedRows(
    page,
    (row) => [row.content, row.reason],
    (slice) => cutPage(select, slice).execute(),
  );
}

/** One that was resolved before keeps who did it. */
export async function resolveReport(
  query: Queries,
  conversationId: string,
  reportId: string,
  resolution: { resolved_at: number; resolved_by: string },
): Promise<ReportRow | undefined> {
  await query
    .updateTable("message_reports")
    .set(resolution)
    .where("id", "=", reportId)
    .where("conversation_id", "=", conversationId)
    .where("resolved_at", "is", null)
    .execute();
  return query
    .selectFrom("message_reports")
    .selectAll()
    .where("id", "=", reportId)
    .where("conversation_id", "=", conversationId)
    .executeTakeFirst();
}
