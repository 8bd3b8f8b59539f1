import type { SideCell, SideDatabase, SideJobs } from "../../platform/db/side/side-database.ts";
import { Matcher } from "./matching.ts";
import { type Question, type Term, trigramsOfPart } from "./question.ts";
import {
  type Candidate,
  collectHits,
  containedSql,
  type HitPage,
  type Reached,
  type SearchRequest,
  type Window,
} from "./search-index.ts";
import { EntryText, entryTokenizer, scopeOf, trigramMark } from "./sqlite-entry.ts";
import { isAscii } from "./terms.ts";

/** Neighbouring messages that have one entry together. Part of the keys: another number is another form. */
const blockMessages = 8;

/**
 * The index on SQLite: what its thread does. Messages that come together share an entry, a block, so that each of their
 * words is written once; which of them it was their texts tell. `entries` is an FTS5 table without content and places;
 * its tokens are made here, so that the tokenizer only has to part them. `#` and a number stand for the conversation,
 * so that a question to few conversations costs nothing for the many others; `~` stands before trigrams.
 */
const schema = [
  "create table main.about (name text primary key, value text not null) strict, without rowid",
  "create table main.followed (number integer primary key, conversation_id text not null unique, seq integer not null, version integer not null) strict",
  "create table main.blocks (key integer primary key, conversation integer not null, first_seq integer not null, last_seq integer not null) strict",
  "create unique index main.blocks_place on blocks (conversation, first_seq)",
  `create virtual table main.entries using fts5 (terms, content='', contentless_delete=1, detail=none, tokenize="${entryTokenizer}")`,
];
/** Grows when the tables or their tokens change: an index of another form is made again. */
const form = "2";

/** Questions have a thread of their own, and one larger transaction costs less than several. */
const messagesAtOnce = 2_000;
const staleAtOnce = 2_000;
/** Read at once for a question. */
const blocksAtOnce = 64;
/** Found at once, which is enough for most first pages, and so many times more each time that they are not. */
const blocksAhead = 512;
const readAheadGrowth = 8;
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
    for (const table of ["entries", "blocks", "documents", "followed", "about"]) {
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
  for (let from = 0; from < fresh.length; from += blockMessages)
    insertBlock(database, number, fresh.slice(from, from + blockMessages));
  const seq = fresh.at(-1)?.seq ?? former;
  const isWhole = fresh.length < most;
  const changed =
    isWhole && at.head_version - version > fresh.length
      ? listChanged(database, conversationId, version, former)
      : [];
  replaceBlocks(database, conversationId, number, changed);
  const reached = isWhole ? at.head_version : version;
  database.run("update main.followed set seq = ?, version = ? where number = ?", seq, reached, number);
  return { version: isWhole ? at.head_version : null, count: fresh.length + changed.length };
}

function startFollowing(database: SideDatabase, conversationId: string): number {
  return database.insert(
    "insert into main.followed (conversation_id, seq, version) values (?, 0, 0)",
    conversationId,
  );
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
  return database.all<{ seq: number }>(
    "select seq from parley.messages where conversation_id = ? and revision > 0 and version > ? and seq <= ?",
    conversationId,
    since,
    upTo,
  );
}

function insertBlock(database: SideDatabase, conversation: number, messages: MessageToIndex[]): void {
  const key = database.insert(
    "insert into main.blocks (conversation, first_seq, last_seq) values (?, ?, ?)",
    conversation,
    messages[0]?.seq ?? 0,
    messages.at(-1)?.seq ?? 0,
  );
  insertEntry(database, key, conversation, messages);
}

function insertEntry(
  database: SideDatabase,
  key: number,
  conversation: number,
  messages: MessageToIndex[],
): void {
  const text = new EntryText();
  for (const { content, is_indexed } of messages) if (is_indexed === 1) text.add(content);
  if (text.isEmpty) return;
  text.addTerm(scopeOf(conversation));
  database.run("insert into main.entries (rowid, terms) values (?, ?)", key, text.toString());
}

/** The blocks of these messages, from what all their messages say now. A message keeps its key. */
function replaceBlocks(
  database: SideDatabase,
  conversationId: string,
  conversation: number,
  changed: { seq: number }[],
): void {
  const blocks = new Map<number, { first_seq: number; last_seq: number }>();
  for (const { seq } of changed) {
    const [block] = database.all<{ key: number; first_seq: number; last_seq: number }>(
      "select key, first_seq, last_seq from main.blocks where conversation = ? and first_seq <= ? order by first_seq desc limit 1",
      conversation,
      seq,
    );
    if (block !== undefined) blocks.set(block.key, block);
  }
  for (const [key, { first_seq, last_seq }] of blocks) {
    const messages = database.all<MessageToIndex>(
      `${selectMessages} and seq between ? and ?`,
      conversationId,
      first_seq,
      last_seq,
    );
    database.run("delete from main.entries where rowid = ?", key);
    insertEntry(database, key, conversation, messages);
  }
}

function find(database: SideDatabase, request: SearchRequest): Promise<HitPage> {
  const conversations = database.all<{ number: number; conversation_id: string }>(
    `select c.number, c.conversation_id from parley.participants p join main.followed c on c.conversation_id = p.conversation_id
    where p.user_id = ? and p.organization_id = ? and p.removed_at is null and (?3 is null or p.conversation_id = ?3)`,
    request.userId,
    request.organizationId,
    request.conversationId,
  );
  if (conversations.length === 0) return Promise.resolve({ hits: [], next: null });
  const ids = new Map(conversations.map((row) => [row.number, row.conversation_id]));
  const blocks = new LatestBlocks(database, request.question, [...ids.keys()]);
  const matcher = new Matcher(request.question);
  // Of ASCII texts the statement has said it already.
  const candidatesOf = (keys: number[]) =>
    listMessages(database, request, keys)
      .filter(({ content }) => isAscii(content) || matcher.mayAnswer(content))
      .map(({ key, number, seq, content }) => ({ key, conversationId: ids.get(number) ?? "", seq, content }))
      .toSorted((a, b) => b.key - a.key);
  return collectHits((...window) => readWindow(blocks, candidatesOf, window), request);
}

/**
 * Keys of the blocks that have all the words. FTS5 merges the lists of all words that a beginning stands for anew in
 * each statement, which takes longer than everything after it; so they are read well ahead.
 */
class LatestBlocks {
  readonly #database: SideDatabase;
  readonly #match: string;
  readonly #conversations: string;
  #ahead: number[] = [];
  #readAhead = blocksAhead;
  #isEnd = false;

  constructor(database: SideDatabase, question: Question, numbers: number[]) {
    this.#database = database;
    this.#match = matchText(question, numbers.length <= scopesAtMost ? numbers : []);
    this.#conversations = JSON.stringify(numbers);
  }

  /** The latest `blocksAtOnce` from `highest` down, which no later call may exceed; fewer: there are no more. */
  from(highest: number): number[] {
    this.#ahead = this.#ahead.filter((key) => key <= highest);
    if (this.#ahead.length < blocksAtOnce && !this.#isEnd) this.#readOn(highest);
    return this.#ahead.slice(0, blocksAtOnce);
  }

  #readOn(highest: number): void {
    const last = this.#ahead.at(-1);
    const rows = this.#database.all<{ key: number }>(
      `select d.key from main.entries e cross join main.blocks d on d.key = e.rowid
      where entries match ? and e.rowid <= ? and d.conversation in (select value from json_each(?))
      order by e.rowid desc limit ?`,
      this.#match,
      last === undefined ? highest : last - 1,
      this.#conversations,
      this.#readAhead,
    );
    for (const { key } of rows) this.#ahead.push(key);
    this.#isEnd = rows.length < this.#readAhead;
    this.#readAhead *= readAheadGrowth;
  }
}

/** Of no more blocks than candidates wanted. */
function readWindow(
  blocks: LatestBlocks,
  candidatesOf: (keys: number[]) => Candidate[],
  [top, bottom, most]: [number, number, number],
): Window {
  const candidates: Candidate[] = [];
  const lowest = Math.floor(bottom / blockMessages);
  let highest = Math.floor(top / blockMessages);
  for (let looked = 0; looked < most; looked += blocksAtOnce) {
    const keys = blocks.from(highest).filter((key) => key >= lowest);
    for (const candidate of candidatesOf(keys)) {
      if (candidate.key > top || candidate.key < bottom) continue;
      candidates.push(candidate);
      if (candidates.length === most) return { candidates, reached: candidate.key };
    }
    if (keys.length < blocksAtOnce) return { candidates, reached: bottom };
    highest = (keys.at(-1) ?? 0) - 1;
  }
  return { candidates, reached: (highest + 1) * blockMessages };
}

interface Listed {
  key: number;
  number: number;
  seq: number;
  content: string;
}

/** The messages of these blocks, as far as their own texts may answer. `cross join` goes from each block to them. */
function listMessages(
  database: SideDatabase,
  { senderId, has, from, to, question }: SearchRequest,
  blockKeys: number[],
): Listed[] {
  const filters: [string, SideCell][] = [
    ["m.sender_id = ?", senderId],
    ["m.created_at >= ?", from],
    ["m.created_at <= ?", to],
    // Most texts are ASCII, which the engine folds as we do; so those without the words never come here.
    ...question.wanted
      .flatMap(({ tokens }) => tokens)
      .toSorted((a, b) => b.length - a.length)
      .map((token): [string, SideCell] => [
        "(m.content like ? or octet_length(m.content) > length(m.content))",
        `%${token}%`,
      ]),
  ];
  const given = filters.filter(([, value]) => value !== null);
  return database.all<Listed>(
    `select b.key * ${blockMessages} + m.seq - b.first_seq as key, c.number, m.seq, m.content
    from json_each(?) asked
    cross join main.blocks b on b.key = asked.value
    cross join main.followed c on c.number = b.conversation
    cross join parley.messages m on m.conversation_id = c.conversation_id
      and m.seq between b.first_seq and b.last_seq
      and m.deleted_at is null and m.is_encrypted = 0 and m.message_type <> 'system'
      ${given.map(([text]) => `and ${text}`).join(" ")} ${has === null ? "" : `and ${containedSql[has]}`}`,
    JSON.stringify(blockKeys),
    ...given.map(([, value]) => value),
  );
}

/**
 * Blocks that have every word; what they must not have, only their messages tell. Tokens are letters, digits and emojis
 * only, so that nothing in a question can mean anything to FTS5.
 */
function matchText({ wanted }: Question, numbers: number[]): string {
  const scope = numbers.length === 0 ? [] : [`(${numbers.map((each) => `"${scopeOf(each)}"`).join(" OR ")})`];
  return [...scope, ...wanted.map(termText)].join(" AND ");
}

function termText(term: Term): string {
  const words = `${term.tokens.map((token) => `"${token}"`).join(" AND ")}${term.isPrefix ? " *" : ""}`;
  const trigrams = trigramsOfPart(term);
  if (trigrams.length === 0) return `(${words})`;
  return `(${words} OR (${trigrams.map((trigram) => `"${trigramMark}${trigram}"`).join(" AND ")}))`;
}

export const jobs = { prepare, listStale, catchUp, find } satisfies SideJobs;
export type SqliteIndexJobs = typeof jobs;
