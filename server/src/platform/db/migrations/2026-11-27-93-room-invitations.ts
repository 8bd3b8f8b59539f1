import type { Kysely } from "kysely";

/** Rooms that somebody without an account is let into once they accept an invitation to the organization. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("room_invitations")
    .addColumn("invitation_id", "text", (column) =>
      column.primaryKey().references("invitations.id").onDelete("cascade"),
    )
    .addColumn("conversation_id", "text", (column) => column.notNull())
    .addColumn("invited_by", "text", (column) => column.notNull())
    .execute();
}
