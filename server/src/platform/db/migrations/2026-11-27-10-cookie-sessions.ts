import type { Kysely } from "kysely";

/** Sessions of browsers, which a cookie proves instead of tokens, and what people call their devices. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("sessions").addColumn("cookie_hash", "text").execute();
  await db.schema.alterTable("sessions").addColumn("device_name", "text").execute();
}
