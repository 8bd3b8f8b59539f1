import { sql } from "kysely";
import type { Database, Queries } from "../../platform/db/database.ts";
import type { Question, Term } from "./question.ts";
import { trigramsOfPart } from "./question.ts";
import {
  collectHits,
  containedSql,
  type HitPage,
  type Reached,
  type SearchIndex,
  type SearchRequest,
  type Window,
} from "./search-index.ts";
import { indexedText } from "./terms.ts";

const messagesAtOnce = 100;
const staleAtOnce = 2_000;
/** What PostgreSQL counts to within one text, and how many places of one word it keeps. */
const lastPosition = 16_383;
const positionsPerWord = 255;
/** Before the trigrams of words, so that no word is taken for one. */
const trigramMark = "~";

/**
 * The index on PostgreSQL: a `tsvector` a message, made of the same tokens as on SQLite, trigrams among them, under one
 * GIN index. It needs no extension, and no locale decides what a letter is. Several processes may follow the logs at
 * once: a conversation's position is locked while it moves.
 */
export function createPostgresIndex(database: Database): SearchIndex {
  return new PostgresIndex(database);
}

interface MessageToIndex {
  seq: number;
  content: string;
  is_indexed: boolean;
}

class PostgresIndex implements SearchIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async prepare(epoch: string): Promise<void> {
    await this.#database.transaction(async ({ query }) => {
      await sql`lock table search_life in exclusive mode`.execute(query);
      const { rows } = await sql<{ epoch: string }>`select epoch from search_life`.execute(query);
      if (rows[0]?.epoch === epoch) return;
      await sql`truncate search_life, search_positions, search_documents`.execute(query);
      await sql`insert into search_life (epoch) values (${epoch})`.execute(query);
    });
  }

  async listStale(): Promise<string[]> {
    const { rows } = await sql<{ conversation_id: string }>`
      select head.conversation_id from conversation_heads head
      left join search_positions at on at.conversation_id = head.conversation_id
      where head.seq > 0 and (at.version is null or at.version < head.version) limit ${staleAtOnce}
    `.execute(this.#database.query);
    return rows.map((row) => row.conversation_id);
  }

  async catchUp(conversationIds: string[]): Promise<Reached[]> {
    const reached: Reached[] = [];
    let left = messagesAtOnce;
    for (const conversationId of conversationIds) {
      if (left <= 0) break;
      const { version, count } = await this.#database.transaction(({ query }) =>
        follow(query, conversationId, left),
      );
      left -= count;
      reached.push([conversationId, version]);
    }
    return reached;
  }

  async find(request: SearchRequest): Promise<HitPage> {
    const question = questionText(request.question);
    return collectHits(
      (top, bottom, most) => this.#readCandidates(request, question, top, bottom, most),
      request,
    );
  }

  async #readCandidates(
    { organizationId, userId, conversationId, senderId, has, from, to }: SearchRequest,
    question: string,
    top: number,
    bottom: number,
    most: number,
  ): Promise<Window> {
    const filters = [
      conversationId === null ? null : sql`d.conversation_id = ${conversationId}`,
      senderId === null ? null : sql`m.sender_id = ${senderId}`,
      has === null ? null : sql.raw(containedSql[has]),
      from === null ? null : sql`m.created_at >= ${from}`,
      to === null ? null : sql`m.created_at <= ${to}`,
    ].filter((filter) => filter !== null);
    const { rows } = await sql<{ key: number; conversation_id: string; seq: number; content: string }>`
      select d.key, d.conversation_id, d.seq, m.content
      from search_documents d
      join participants p on p.conversation_id = d.conversation_id
      join messages m on m.conversation_id = d.conversation_id and m.seq = d.seq
      where d.words @@ cast(${question} as tsquery) and d.key between ${bottom} and ${top}
      and p.user_id = ${userId} and p.organization_id = ${organizationId} and p.removed_at is null
      and m.deleted_at is null and m.is_encrypted = 0
      ${sql.join(
        filters.map((filter) => sql`and ${filter}`),
        sql` `,
      )}
      order by d.key desc limit ${most}
    `.execute(this.#database.query);
    const candidates = rows.map(({ key, conversation_id: conversationId, seq, content }) => ({
      key,
      conversationId,
      seq,
      content,
    }));
    return { candidates, reached: candidates.length < most ? bottom : (candidates.at(-1)?.key ?? bottom) };
  }

  close(): void {
    // It has nothing of its own: the database is closed by whoever opened it.
  }
}

async function follow(query: Queries, conversationId: string, most: number) {
  await sql`insert into search_positions (conversation_id, seq, version) values (${conversationId}, 0, 0)
    on conflict do nothing`.execute(query);
  const position = await sql<{ seq: number; version: number }>`
    select seq, version from search_positions where conversation_id = ${conversationId} for update
  `.execute(query);
  // After the lock, so that it is not older than the position.
  const head = await sql<{ version: number }>`
    select version from conversation_heads where conversation_id = ${conversationId}
  `.execute(query);
  const at = position.rows[0];
  const version = head.rows[0]?.version ?? 0;
  if (at === undefined || at.version >= version) return { version, count: 0 };
  const select = sql`select seq, content,
    deleted_at is null and is_encrypted = 0 and message_type <> 'system' as is_indexed
    from messages where conversation_id = ${conversationId}`;
  const fresh = await sql<MessageToIndex>`${select} and seq > ${at.seq} order by seq limit ${most}`.execute(
    query,
  );
  await insertAll(query, conversationId, fresh.rows);
  const seq = fresh.rows.at(-1)?.seq ?? at.seq;
  const isWhole = fresh.rows.length < most;
  const changed = isWhole
    ? await sql<MessageToIndex>`${select} and revision > 0 and version > ${at.version} and seq <= ${at.seq}`.execute(
        query,
      )
    : { rows: [] };
  for (const message of changed.rows) await replace(query, conversationId, message);
  await sql`update search_positions set seq = ${seq}, version = ${isWhole ? version : at.version}
    where conversation_id = ${conversationId}`.execute(query);
  return { version: isWhole ? version : null, count: fresh.rows.length + changed.rows.length };
}

async function insertAll(query: Queries, conversationId: string, messages: MessageToIndex[]): Promise<void> {
  const indexed = messages.filter((message) => message.is_indexed);
  if (indexed.length === 0) return;
  const rows = indexed.map(
    ({ seq, content }) => sql`(${conversationId}, ${seq}, cast(${vectorText(content)} as tsvector))`,
  );
  await sql`insert into search_documents (conversation_id, seq, words) values ${sql.join(rows)}
    on conflict (conversation_id, seq) do update set words = excluded.words`.execute(query);
}

/** A message keeps its key when its text changes. */
async function replace(query: Queries, conversationId: string, message: MessageToIndex): Promise<void> {
  if (message.is_indexed) await insertAll(query, conversationId, [message]);
  else {
    await sql`delete from search_documents where conversation_id = ${conversationId} and seq = ${message.seq}`.execute(
      query,
    );
  }
}

/** Tokens are letters, digits and emojis only, so that nothing in them can mean anything to PostgreSQL. */
function vectorText(content: string): string {
  const { words, trigrams } = indexedText(content);
  const places = new Map<string, number[]>();
  for (const [index, word] of words.entries()) {
    const known = places.get(word);
    if (known === undefined) places.set(word, [Math.min(index + 1, lastPosition)]);
    else if (known.length < positionsPerWord && index < lastPosition) known.push(index + 1);
  }
  const lexemes = [...places].map(([word, positions]) => `'${word}':${positions.join(",")}`);
  for (const trigram of new Set(trigrams)) lexemes.push(`'${trigramMark}${trigram}'`);
  return lexemes.join(" ");
}

function questionText({ wanted, unwanted }: Question): string {
  return [...wanted.map(termText), ...unwanted.map((term) => `!(${wordsText(term)})`)].join(" & ");
}

function termText(term: Term): string {
  const trigrams = trigramsOfPart(term);
  if (trigrams.length === 0) return `(${wordsText(term)})`;
  return `(${wordsText(term)} | (${trigrams.map((trigram) => `'${trigramMark}${trigram}'`).join(" & ")}))`;
}

function wordsText({ tokens, isPrefix }: Term): string {
  return tokens.map((token) => `'${token}'`).join(" <-> ") + (isPrefix ? ":*" : "");
}
