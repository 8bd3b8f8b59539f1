import { type Kysely, SqliteAdapter, sql } from "kysely";

/**
 * The search index of PostgreSQL. It is made of the messages and followed by the server, so backups do not carry it;
 * on SQLite it is a file of its own.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  if (db.getExecutor().adapter instanceof SqliteAdapter) return;
  await sql`create table search_life (epoch text primary key)`.execute(db);
  await sql`create table search_positions (
    conversation_id text primary key, seq bigint not null, version bigint not null
  )`.execute(db);
  await sql`create table search_documents (
    key bigint generated always as identity primary key,
    conversation_id text not null,
    seq bigint not null,
    words tsvector not null,
    unique (conversation_id, seq)
  )`.execute(db);
  await sql`create index search_documents_words on search_documents using gin (words)`.execute(db);
}
