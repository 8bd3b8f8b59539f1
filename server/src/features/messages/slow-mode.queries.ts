import type { Selectable } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import type { SlowModeSendTable } from "../../platform/db/schema-rooms.ts";

type SendRow = Selectable<SlowModeSendTable>;

/** When each of these people wrote last in each of these conversations. */
export function listLastSends(
  query: Queries,
  conversationIds: string[],
  userIds: string[],
): Promise<SendRow[]> {
  return query
    .selectFrom("slow_mode_sends")
    .selectAll()
    .where("conversation_id", "in", conversationIds)
    .where("user_id", "in", userIds)
    .execute();
}

/** A later time takes the place of an earlier one. */
export async function putLastSends(query: Queries, rows: SendRow[]): Promise<void> {
  await query
    .insertInto("slow_mode_sends")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(["conversation_id", "user_id"])
        .doUpdateSet((eb) => ({ sent_at: eb.ref("excluded.sent_at") })),
    )
    .execute();
}
