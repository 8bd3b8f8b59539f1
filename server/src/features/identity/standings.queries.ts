import { type Selectable, sql } from "kysely";
import type { Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage } from "../../platform/db/list-page.ts";
import type { UserTable } from "../../platform/db/schema.ts";
import type { UserStandingTable } from "../../platform/db/schema-organizations.ts";
import { across } from "../../platform/db/tenant-fence.ts";
import { containing } from "../../platform/folded.ts";
import type { UserRow } from "./identity.queries.ts";
import { isNamedLike } from "./name-match.ts";

export type StandingRow = Selectable<UserStandingTable>;

/** An account with what the server's admins decided about it. */
export type AccountRow = UserRow & {
  [Column in keyof Omit<StandingRow, "user_id">]: StandingRow[Column] | null;
};

export interface AccountFilter {
  role?: UserTable["role"] | undefined;
  banned?: boolean | undefined;
  page: ListPage;
}

export function findStanding(query: Queries, userId: string): Promise<StandingRow | undefined> {
  return query.selectFrom("user_standings").selectAll().where("user_id", "=", userId).executeTakeFirst();
}

export async function saveStanding(query: Queries, row: StandingRow): Promise<void> {
  const { user_id: _, ...changes } = row;
  await query
    .insertInto("user_standings")
    .values(row)
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(changes))
    .execute();
}

/** Accounts of the whole server: for whoever runs it. */
export function selectAccounts(query: Queries) {
  return across(query, "server")
    .selectFrom("users as u")
    .leftJoin("user_standings as s", "s.user_id", "u.id")
    .selectAll("u")
    .select(["s.is_active", "s.is_agent", "s.banned_at", "s.banned_by", "s.ban_reason", "s.banned_until"])
    .where("u.is_placeholder", "=", 0);
}

export function findAccount(query: Queries, id: string): Promise<AccountRow | undefined> {
  return selectAccounts(query).where("u.id", "=", id).executeTakeFirst();
}

/** @param at what bans must outlast to count. */
export function listAccounts(query: Queries, filter: AccountFilter, at: number): Promise<AccountRow[]> {
  const { role, banned, page } = filter;
  const { search } = page;
  let select = selectAccounts(query);
  if (role !== undefined) select = select.where("u.role", "=", role);
  if (search) {
    const pattern = containing(search);
    select = select.where(({ or }) =>
      or([isNamedLike(search, "u"), sql<boolean>`u.email_key like ${pattern} escape '\\'`]),
    );
  }
  if (banned !== undefined) {
    select = select.where(({ eb, and, or, not }) => {
      const isBanned = and([
        eb("s.banned_at", "is not", null),
        or([eb("s.banned_until", "is", null), eb("s.banned_until", ">", at)]),
      ]);
      return banned ? isBanned : or([eb("s.user_id", "is", null), not(isBanned)]);
    });
  }
  return cutPage(select, page).execute();
}
