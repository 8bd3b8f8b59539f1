import type { Kysely } from "kysely";

/** Which question an answer is to, so that a question sent again finds its answer. Unknown for earlier ones. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("ai_messages").addColumn("question_id", "text").execute();
  await db.schema.alterTable("ai_answers").addColumn("question_id", "text").execute();
}
