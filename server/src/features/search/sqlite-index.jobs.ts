import type { SideCell, SideDatabase, SideJobs } from "../../platform/db/side/side-database.ts";
import { type Question, type Term, trigramsOfPart } from "./question.ts";
import {
  type Candidate,
  collectHits,
  type HitPage,
  type Reached,
  type SearchRequest,
} from "./search-index.ts";
import { indexedText } from "./terms.ts";

/**
 * The index on SQLite: what its thread does. `entries` is an FTS5 table without content of its own; its tokens are made
 * here, so that the tokenizer only has to part them. `scope` names the conversation, so that a question to few
 * conversations costs nothing for the many others.
 */
const schema = [
  "create table main.about (name text primary key, value text not null) strict, without rowid",
  "create table main.followed (number integer primary key, conversation_id text not null unique, seq integer not null, version integer not null) strict",
  "create table main.documents (key integer primary key autoincrement, conversation integer not null, seq integer not null) strict",
  "create unique index main.documents_place on documents (conversation, seq)",
  "create virtual table main.entries using fts5 (scope, words, trigrams, content='', contentless_delete=1, tokenize='ascii')",
];
/** Grows when the tables or their tokens change: an index of another form is made again. */
const form = "1";

/** Questions have a thread of their own, and one larger transaction costs less than several. */
const messagesAtOnce = 500;
const staleAtOnce = 2_000;
/** For more conversations their entries are not merged beforehand, but looked at one by one. */
const scopesAtMost = 64;

interface MessageToIndex {
  seq: number;
  content: string;
  is_indexed: 0 | 1;
}

/** Where the log ends and how far the index has come with it; null: nowhere yet. */
interface Position {
  head_seq: number;
  head_version: number;
  number: number | null;
  seq: number | null;
  version: number | null;
}

function prepare(database: SideDatabase, epoch: string): void {
  const life = `${form} ${epoch}`;
  const tables = database.all<{ name: string }>("select name from main.sqlite_schema where name = 'about'");
  const known =
    tables.length === 0
      ? []
      : database.all<{ value: string }>("select value from main.about where name = 'life'");
  if (known[0]?.value === life) return;
  database.transaction(() => {
    for (const table of ["entries", "documents", "followed", "about"]) {
      database.run(`drop table if exists main.${table}`);
    }
    for (const text of schema) database.run(text);
    database.run("insert into main.about (name, value) values ('life', ?)", life);
  });
}

function listStale(database: SideDatabase, _nothing: null): string[] {
  const rows = database.all<{ conversation_id: string }>(
    `select head.conversation_id from parley.conversation_heads head
    left join main.followed c on c.conversation_id = head.conversation_id
    where head.seq > 0 and (c.version is null or c.version < head.version) limit ${staleAtOnce}`,
  );
  return rows.map((row) => row.conversation_id);
}

/** Within one transaction, so that position and entries are always of one moment. */
function catchUp(database: SideDatabase, conversationIds: string[]): Reached[] {
  return database.transaction(() => {
    const reached: Reached[] = [];
    let left = messagesAtOnce;
    for (const conversationId of conversationIds) {
      if (left <= 0) break;
      const { version, count } = follow(database, conversationId, left);
      left -= count;
      reached.push([conversationId, version]);
    }
    return reached;
  });
}

function follow(database: SideDatabase, conversationId: string, most: number) {
  const [at] = database.all<Position>(
    `select head.seq as head_seq, head.version as head_version, c.number, c.seq, c.version
    from parley.conversation_heads head left join main.followed c on c.conversation_id = head.conversation_id
    where head.conversation_id = ?`,
    conversationId,
  );
  if (at === undefined) return { version: 0, count: 0 };
  const version = at.version ?? 0;
  if (version >= at.head_version) return { version: at.head_version, count: 0 };
  const number = at.number ?? startFollowing(database, conversationId);
  const former = at.seq ?? 0;
  const fresh = at.head_seq > former ? listFresh(database, conversationId, former, most) : [];
  for (const message of fresh) if (message.is_indexed === 1) insert(database, number, message);
  const seq = fresh.at(-1)?.seq ?? former;
  const isWhole = fresh.length < most;
  const changed =
    isWhole && at.head_version - version > fresh.length
      ? listChanged(database, conversationId, version, former)
      : [];
  for (const message of changed) replace(database, number, message);
  const reached = isWhole ? at.head_version : version;
  database.run("update main.followed set seq = ?, version = ? where number = ?", seq, reached, number);
  return { version: isWhole ? at.head_version : null, count: fresh.length + changed.length };
}

function startFollowing(database: SideDatabase, conversationId: string): number {
  const [row] = database.all<{ number: number }>(
    "insert into main.followed (conversation_id, seq, version) values (?, 0, 0) returning number",
    conversationId,
  );
  if (row === undefined) throw new RangeError("an insert returned nothing");
  return row.number;
}

const selectMessages = `select seq, content,
  deleted_at is null and is_encrypted = 0 and message_type <> 'system' as is_indexed
  from parley.messages where conversation_id = ?`;

function listFresh(database: SideDatabase, conversationId: string, after: number, most: number) {
  return database.all<MessageToIndex>(
    `${selectMessages} and seq > ? order by seq limit ?`,
    conversationId,
    after,
    most,
  );
}

function listChanged(database: SideDatabase, conversationId: string, since: number, upTo: number) {
  return database.all<MessageToIndex>(
    `${selectMessages} and revision > 0 and version > ? and seq <= ?`,
    conversationId,
    since,
    upTo,
  );
}

function insert(database: SideDatabase, conversation: number, message: MessageToIndex): void {
  const [row] = database.all<{ key: number }>(
    "insert into main.documents (conversation, seq) values (?, ?) returning key",
    conversation,
    message.seq,
  );
  if (row !== undefined) insertEntry(database, row.key, conversation, message.content);
}

function insertEntry(database: SideDatabase, key: number, conversation: number, content: string): void {
  const { words, trigrams } = indexedText(content);
  database.run(
    "insert into main.entries (rowid, scope, words, trigrams) values (?, ?, ?, ?)",
    key,
    scopeOf(conversation),
    words.join(" "),
    trigrams.join(" "),
  );
}

/** A message keeps its key when its text changes. */
function replace(database: SideDatabase, conversation: number, message: MessageToIndex): void {
  const [known] = database.all<{ key: number }>(
    "select key from main.documents where conversation = ? and seq = ?",
    conversation,
    message.seq,
  );
  if (known === undefined) {
    if (message.is_indexed === 1) insert(database, conversation, message);
    return;
  }
  database.run("delete from main.entries where rowid = ?", known.key);
  if (message.is_indexed === 1) insertEntry(database, known.key, conversation, message.content);
  else database.run("delete from main.documents where key = ?", known.key);
}

function scopeOf(conversation: number): string {
  return `c${conversation}`;
}

function find(database: SideDatabase, request: SearchRequest): Promise<HitPage> {
  const conversations = database.all<{ number: number }>(
    `select c.number from parley.participants p join main.followed c on c.conversation_id = p.conversation_id
    where p.user_id = ? and p.organization_id = ? and p.removed_at is null and (?3 is null or p.conversation_id = ?3)`,
    request.userId,
    request.organizationId,
    request.conversationId,
  );
  if (conversations.length === 0) return Promise.resolve({ hits: [], next: null });
  const numbers = conversations.map((row) => row.number);
  const match = matchText(request.question, numbers.length <= scopesAtMost ? numbers : []);
  const readWindow = (top: number, bottom: number, most: number) =>
    readCandidates(database, request, match, numbers, [top, bottom, most]);
  return collectHits(readWindow, request);
}

/** `cross join` keeps the order: entries from the latest, and nothing beyond `most` is looked at. */
function readCandidates(
  database: SideDatabase,
  { senderId, from, to }: SearchRequest,
  match: string,
  numbers: number[],
  [top, bottom, most]: [number, number, number],
): Candidate[] {
  const filters: [string, SideCell][] = [
    ["m.sender_id = ?", senderId],
    ["m.created_at >= ?", from],
    ["m.created_at <= ?", to],
  ];
  const given = filters.filter(([, value]) => value !== null);
  const rows = database.all<{ key: number; conversation_id: string; seq: number; content: string }>(
    `select e.rowid as key, c.conversation_id, d.seq, m.content
    from main.entries e
    cross join main.documents d on d.key = e.rowid
    cross join main.followed c on c.number = d.conversation
    cross join parley.messages m on m.conversation_id = c.conversation_id and m.seq = d.seq
    where entries match ? and e.rowid between ? and ? and d.conversation in (select value from json_each(?))
    and m.deleted_at is null and m.is_encrypted = 0 ${given.map(([text]) => `and ${text}`).join(" ")}
    order by e.rowid desc limit ?`,
    match,
    bottom,
    top,
    JSON.stringify(numbers),
    ...given.map(([, value]) => value),
    most,
  );
  return rows.map(({ key, conversation_id: conversationId, seq, content }) => ({
    key,
    conversationId,
    seq,
    content,
  }));
}

/** Tokens are letters, digits and emojis only, so that nothing in a question can mean anything to FTS5. */
function matchText({ wanted, unwanted }: Question, numbers: number[]): string {
  const scope = numbers.length === 0 ? [] : [`scope : (${numbers.map(scopeOf).join(" OR ")})`];
  const all = [...scope, ...wanted.map(termText)].join(" AND ");
  return unwanted.reduce((text, term) => `(${text}) NOT ${wordsText(term)}`, all);
}

function termText(term: Term): string {
  const trigrams = trigramsOfPart(term);
  if (trigrams.length === 0) return wordsText(term);
  return `(${wordsText(term)} OR trigrams : "${trigrams.join(" ")}")`;
}

function wordsText({ tokens, isPrefix }: Term): string {
  return `words : "${tokens.join(" ")}"${isPrefix ? " *" : ""}`;
}

export const jobs = { prepare, listStale, catchUp, find } satisfies SideJobs;
export type SqliteIndexJobs = typeof jobs;
