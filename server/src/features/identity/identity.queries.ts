import type { Insertable, Selectable, Updateable } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import { cutPage, type ListPage, searchedRows } from "../../platform/db/list-page.ts";
import { prepared } from "../../platform/db/prepared.ts";
import type { RefreshTokenTable, ServerKeyTable, SessionTable, UserTable } from "../../platform/db/schema.ts";
import { across } from "../../platform/db/tenant-fence.ts";

export type UserRow = Selectable<UserTable>;
export type SessionRow = Selectable<SessionTable>;
export type RefreshTokenRow = Selectable<RefreshTokenTable>;

export function findServerKey(query: Queries, purpose: ServerKeyTable["purpose"]) {
  return query.selectFrom("server_keys").selectAll().where("purpose", "=", purpose).executeTakeFirst();
}

/** Does nothing if there is one for the purpose. */
export async function insertServerKey(query: Queries, key: ServerKeyTable): Promise<void> {
  await query
    .insertInto("server_keys")
    .values(key)
    .onConflict((conflict) => conflict.column("purpose").doNothing())
    .execute();
}

export async function resealServerKey(query: Queries, kid: string, material: string): Promise<void> {
  await query.updateTable("server_keys").set({ material, sealed: 1 }).where("kid", "=", kid).execute();
}

/** True for the one caller, ever, that gets it. */
export async function claimFirstPerson(query: Queries, userId: string): Promise<boolean> {
  const result = await query
    .insertInto("server_meta")
    .values({ key: "first_person", value: userId })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

/** True once somebody has registered; imported accounts do not count. */
export async function isFirstPersonClaimed(query: Queries): Promise<boolean> {
  const row = await query
    .selectFrom("server_meta")
    .select("key")
    .where("key", "=", "first_person")
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertUser(query: Queries, user: Insertable<UserTable>): Promise<void> {
  await query.insertInto("users").values(user).execute();
}

const selectUser = prepared((query, { organizationId, id }: { organizationId: string; id: string }) =>
  query.selectFrom("users").selectAll().where("id", "=", id).where("organization_id", "=", organizationId),
);

export async function findUser(
  query: Queries,
  organizationId: string,
  id: string,
): Promise<UserRow | undefined> {
  return (await selectUser(query, { organizationId, id }))[0];
}

/** Locks the row until the transaction ends, where others could change it meanwhile. */
export function findUserForUpdate(
  query: Queries,
  engine: Database["engine"],
  id: string,
): Promise<UserRow | undefined> {
  return across(query, "account")
    .selectFrom("users")
    .selectAll()
    .where("id", "=", id)
    .$if(engine === "postgres", (select) => select.forNoKeyUpdate())
    .executeTakeFirst();
}

/** Sign-in names are unique on the server. */
export function findUserBySignIn(
  query: Queries,
  column: "email_key" | "username_key",
  key: string,
): Promise<UserRow | undefined> {
  return across(query, "account").selectFrom("users").selectAll().where(column, "=", key).executeTakeFirst();
}

export async function updateUser(
  query: Queries,
  organizationId: string,
  id: string,
  changes: Updateable<UserTable>,
): Promise<void> {
  await query
    .updateTable("users")
    .set(changes)
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .execute();
}

export async function insertSession(query: Queries, session: SessionTable): Promise<void> {
  await query.insertInto("sessions").values(session).execute();
}

/** A live session with its user, or nothing. */
export function findLiveSession(query: Queries, id: string, at: number) {
  return across(query, "account")
    .selectFrom("sessions")
    .innerJoin("users", "users.id", "sessions.user_id")
    .select([
      "sessions.id",
      "sessions.user_id",
      "sessions.expires_at",
      "sessions.family_expires_at",
      "sessions.cookie_hash",
      "sessions.api_key_hash",
      "sessions.scopes",
      "users.organization_id",
      "users.role",
      "users.organization_role",
    ])
    .where("sessions.id", "=", id)
    .where("sessions.ended_at", "is", null)
    .where("sessions.expires_at", ">", at)
    .executeTakeFirst();
}

/** Last used first where the page says nothing else; all of them without a page. */
export function listLiveSessions(
  query: Queries,
  userId: string,
  at: number,
  page?: ListPage<SessionRow>,
): Promise<SessionRow[]> {
  const select = query
    .selectFrom("sessions")
    .selectAll()
    .where("user_id", "=", userId)
    .where("ended_at", "is", null)
    .where("expires_at", ">", at);
  if (page === undefined) return select.orderBy("last_used_at", "desc").orderBy("id", "desc").execute();
  return searchedRows(
    page,
    (row) => [row.device_name, row.user_agent, row.ip],
    (slice) => cutPage(select, slice).execute(),
  );
}

/** Ends those of the user's sessions that live and match; answers their ids. */
export async function endSessions(
  query: Queries,
  userId: string,
  which: { only?: string; except?: string },
  at: number,
): Promise<string[]> {
  let update = query
    .updateTable("sessions")
    .set({ ended_at: at })
    .where("user_id", "=", userId)
    .where("ended_at", "is", null);
  if (which.only !== undefined) update = update.where("id", "=", which.only);
  if (which.except !== undefined) update = update.where("id", "!=", which.except);
  const rows = await update.returning("id").execute();
  return rows.map((row) => row.id);
}

/** Waits for nobody: a session that somebody else is changing is being ended, or used anyway. */
export async function touchSession(
  query: Queries,
  engine: Database["engine"],
  id: string,
  at: number,
): Promise<void> {
  await across(query, "account")
    .updateTable("sessions")
    .set({ last_used_at: at })
    .where("id", "in", (select) =>
      select
        .selectFrom("sessions")
        .select("id")
        .where("id", "=", id)
        .$if(engine === "postgres", (found) => found.forNoKeyUpdate().skipLocked()),
    )
    .execute();
}

export async function prolongSession(
  query: Queries,
  id: string,
  at: number,
  expiresAt: number,
): Promise<void> {
  await across(query, "account")
    .updateTable("sessions")
    .set({ last_used_at: at, expires_at: expiresAt })
    .where("id", "=", id)
    .execute();
}

/**
 * Sessions past their end, or ended, of one user or of all. Their tokens and tickets go with them. One that somebody
 * else is changing waits for the next time.
 */
export async function deleteDeadSessions(
  query: Queries,
  engine: Database["engine"],
  userId: string | null,
  before: number,
): Promise<number> {
  const result = await across(query, "upkeep")
    .deleteFrom("sessions")
    .where("id", "in", (select) =>
      select
        .selectFrom("sessions")
        .select("id")
        .where(({ eb, or }) => or([eb("expires_at", "<=", before), eb("ended_at", "<=", before)]))
        .$if(userId !== null, (dead) => dead.where("user_id", "=", userId))
        .$if(engine === "postgres", (dead) => dead.forUpdate().skipLocked()),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function insertRefreshToken(query: Queries, token: RefreshTokenTable): Promise<void> {
  await query.insertInto("refresh_tokens").values(token).execute();
}

/** On PostgreSQL the row is locked until the transaction ends, so that of racing refreshes one rotates. */
export function findRefreshTokenForUse(
  query: Queries,
  engine: Database["engine"],
  tokenHash: string,
): Promise<RefreshTokenRow | undefined> {
  return query
    .selectFrom("refresh_tokens")
    .selectAll()
    .where("token_hash", "=", tokenHash)
    .$if(engine === "postgres", (select) => select.forUpdate())
    .executeTakeFirst();
}

/** The session's user, if the token is the newest of a session that lives. */
export function findLiveRefreshToken(query: Queries, tokenHash: string, at: number) {
  return across(query, "secret")
    .selectFrom("refresh_tokens")
    .innerJoin("sessions", "sessions.id", "refresh_tokens.session_id")
    .select("sessions.user_id")
    .where("refresh_tokens.token_hash", "=", tokenHash)
    .where("refresh_tokens.used_at", "is", null)
    .where("refresh_tokens.expires_at", ">", at)
    .where("sessions.ended_at", "is", null)
    .where("sessions.expires_at", ">", at)
    .executeTakeFirst();
}

export async function markRefreshTokenUsed(query: Queries, tokenHash: string, at: number): Promise<void> {
  await query
    .updateTable("refresh_tokens")
    .set({ used_at: at })
    .where("token_hash", "=", tokenHash)
    .execute();
}

export function findSession(query: Queries, id: string): Promise<SessionRow | undefined> {
  return across(query, "account").selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
}

export async function insertTicket(query: Queries, ticketHash: string, sessionId: string, expiresAt: number) {
  await query
    .insertInto("ws_tickets")
    .values({ ticket_hash: ticketHash, session_id: sessionId, expires_at: expiresAt })
    .execute();
}

/** The ticket's session, to exactly one caller. */
export async function takeTicket(
  query: Queries,
  ticketHash: string,
  at: number,
): Promise<string | undefined> {
  const row = await query
    .deleteFrom("ws_tickets")
    .where("ticket_hash", "=", ticketHash)
    .returning(["session_id", "expires_at"])
    .executeTakeFirst();
  return row !== undefined && row.expires_at > at ? row.session_id : undefined;
}

export async function deleteExpiredTickets(query: Queries, at: number): Promise<void> {
  await query.deleteFrom("ws_tickets").where("expires_at", "<=", at).execute();
}
