import type { Insertable, Selectable } from "kysely";
import type { Queries } from "../db/database.ts";
import { cutPage, type ListPage, searchedRows } from "../db/list-page.ts";
import type { MailTable } from "../db/schema-accounts.ts";

export type MailRow = Selectable<MailTable>;

/** A mail without what it says. */
export type MailHead = Omit<MailRow, "body">;

export async function insertMail(query: Queries, mail: Insertable<MailTable>): Promise<void> {
  await query.insertInto("mails").values(mail).execute();
}

/** The mail that is due longest, its next attempt put off until `leaseEnd`: to one caller of many. */
export async function claimDueMail(
  query: Queries,
  at: number,
  leaseEnd: number,
): Promise<MailRow | undefined> {
  return (
    query
      .updateTable("mails")
      .set(({ eb }) => ({ next_attempt_at: leaseEnd, attempts: eb("attempts", "+", 1) }))
      .where("id", "in", (select) =>
        select
          .selectFrom("mails")
          .select("id")
          .where("state", "=", "queued")
          .where("next_attempt_at", "<=", at)
          .orderBy("next_attempt_at")
          .orderBy("id")
          .limit(1),
      )
      // Asked again, since on PostgreSQL another process may have claimed it while this one waited.
      .where("state", "=", "queued")
      .where("next_attempt_at", "<=", at)
      .returningAll()
      .executeTakeFirst()
  );
}

export async function updateMail(
  query: Queries,
  id: string,
  changes: Partial<Omit<MailTable, "id">>,
): Promise<void> {
  await query.updateTable("mails").set(changes).where("id", "=", id).execute();
}

export function listMails(query: Queries, page: ListPage<MailHead>): Promise<MailRow[]> {
  return searchedRows<MailRow>(
    page,
    ({ recipient, subject }) => [recipient, subject],
    (slice) => cutPage(query.selectFrom("mails").selectAll(), slice).execute(),
  );
}

export async function deleteOldMails(query: Queries, before: number): Promise<void> {
  await query.deleteFrom("mails").where("created_at", "<=", before).where("state", "!=", "queued").execute();
}

export async function deleteMailsTo(query: Queries, recipient: string): Promise<void> {
  await query.deleteFrom("mails").where("recipient", "=", recipient).execute();
}
