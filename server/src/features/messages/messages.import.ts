import { now } from "../../platform/clock.ts";
import type { AppendTx, Database } from "../../platform/db/database.ts";
import { notFound, validationError } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import { visibleText } from "../../platform/http/fields.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import {
  ChangedMarks,
  firstVersion,
  type Head,
  Heads,
  headWrites,
  insertConversation,
  insertHead,
  insertParticipants,
  listConversationMarks,
  newParticipant,
} from "../conversations/index.ts";
import { findUserBySignIn, insertPlaceholders, type Placeholder } from "../identity/index.ts";
import { findDefaultOrganization } from "../organizations/index.ts";
import type { ImportedLine } from "./import-lines.ts";
import {
  findFirstAdmin,
  findImportedRoom,
  importRowTable,
  listKnownLines,
  lockImports,
  markReadByAll,
} from "./messages.import.queries.ts";
import { type MessageRow, messageCells, messageTable } from "./messages.queries.ts";

interface ImportPlan {
  /** The room's title, and what later imports find it by. */
  roomName: string;
  /** E-mail addresses of people who are to be in the room. */
  members: readonly string[];
}

interface Room {
  id: string;
  createdBy: string;
}

/** What is known of the room once the transactions so far are durable. */
interface Progress {
  room: Room | null;
  /** User ids of those in the room. */
  present: ReadonlySet<string>;
  /** Placeholders by `folded` of their name. */
  authors: ReadonlyMap<string, Placeholder>;
}

/**
 * Fills a public room with messages from elsewhere, keeping their times, order and authors.
 *
 * Promises: lines become messages in the order in which they are given; a line that an earlier import of the room
 * stored is not stored again; a crash leaves whole calls of `add`, and the same file given again goes on where they
 * end. Running servers on the same PostgreSQL number their messages around it, but tell nobody of what came in.
 */
export class RoomImport {
  readonly #database: Database;
  readonly #organizationId: string;
  readonly #roomName: string;
  readonly #memberIds: readonly string[];
  readonly #heads: Heads;
  #progress: Progress = { room: null, present: new Set(), authors: new Map() };

  private constructor(
    database: Database,
    organizationId: string,
    roomName: string,
    memberIds: readonly string[],
  ) {
    this.#database = database;
    this.#organizationId = organizationId;
    this.#roomName = roomName;
    this.#memberIds = memberIds;
    this.#heads = new Heads(database);
  }

  /** @throws AppError VALIDATION_ERROR for the name, NOT_FOUND listing the addresses without an account; nothing is written. */
  static async prepare(database: Database, { roomName, members }: ImportPlan): Promise<RoomImport> {
    if (!visibleText(limits.titleCodePoints).safeParse(roomName).success || !roomName.isWellFormed()) {
      throw validationError({ path: "room", message: `a name is 1 to ${limits.titleCodePoints} characters` });
    }
    const { query } = database;
    const organization = await findDefaultOrganization(query);
    const ids = new Set<string>();
    const unknown: string[] = [];
    for (const email of members) {
      const user = await findUserBySignIn(query, "email_key", folded(email));
      if (user === undefined || user.organization_id !== organization.id) unknown.push(email);
      else ids.add(user.id);
    }
    if (unknown.length > 0) throw notFound(`account: ${unknown.join(", ")}`);
    return new RoomImport(database, organization.id, roomName, [...ids]);
  }

  /** The room's id, null before the first message is in. */
  get roomId(): string | null {
    return this.#progress.room?.id ?? null;
  }

  /** Stores those of the lines that are new, in one transaction. @returns how many. */
  async add(lines: readonly ImportedLine[]): Promise<number> {
    if (lines.length === 0) return 0;
    const { added, progress } = await this.#database.append((tx) => this.#addWithin(tx, lines));
    this.#progress = progress;
    await this.#database.maintain();
    return added;
  }

  async #addWithin(
    tx: AppendTx,
    lines: readonly ImportedLine[],
  ): Promise<{ added: number; progress: Progress }> {
    await tx.widen();
    await lockImports(tx.query, this.#database.engine, this.#organizationId);
    const before = await this.#lookAround(tx);
    const fresh = await withoutKnown(tx, before.room, lines);
    const authors = await this.#requireAuthors(tx, before, fresh);
    const room = before.room ?? (await this.#makeRoom(tx, fresh, authors));
    const authorIds = fresh.map((line) => idOf(authors, line));
    const joining = [...new Set([room.createdBy, ...this.#memberIds, ...authorIds])].filter(
      (id) => !before.present.has(id),
    );
    const progress = { room, present: new Set([...before.present, ...joining]), authors };
    if (fresh.length === 0 && joining.length === 0) return { added: 0, progress };

    const heads = await this.#heads.lock(tx, [{ conversationId: room.id, userId: room.createdBy }]);
    const head = heads.get(room.id);
    if (head === undefined) throw notFound("conversation");
    const participants = joining.map((userId) =>
      newParticipant({
        conversationId: room.id,
        organizationId: this.#organizationId,
        userId,
        role: before.room === null && userId === room.createdBy ? "admin" : "member",
        at: now(),
        version: ++head.version,
      }),
    );
    const messages = fresh.map((line) => this.#message(room, head, line, idOf(authors, line)));
    const mark = { last_read_seq: head.seq, read_ordinal: head.ordinal, last_delivered_seq: head.seq };
    await insertParticipants(tx.query, participants, mark);
    await markReadByAll(tx.query, room.id, head);
    await tx.write([
      { table: messageTable, rows: messages.map(messageCells) },
      headWrites(heads),
      {
        table: importRowTable,
        rows: fresh.map(({ line, hash }, index) => [room.id, line, hash, messages[index]?.seq ?? 0]),
      },
    ]);
    tx.afterCommit(() => this.#heads.keep(heads, new ChangedMarks()));
    return { added: fresh.length, progress };
  }

  /** What the transactions before this one left, or, in the first one, what earlier imports did. */
  async #lookAround(tx: AppendTx): Promise<Progress> {
    if (this.#progress.room !== null) return this.#progress;
    const room = await findImportedRoom(tx.query, this.#organizationId, this.#roomName);
    if (room === undefined) return this.#progress;
    const marks = await listConversationMarks(tx.query, [room.id]);
    return {
      ...this.#progress,
      room: { id: room.id, createdBy: room.created_by },
      present: new Set(marks.map((mark) => mark.user_id)),
    };
  }

  async #requireAuthors(
    tx: AppendTx,
    { authors }: Progress,
    lines: readonly ImportedLine[],
  ): Promise<Progress["authors"]> {
    const missing = new Map<string, string>();
    for (const { author } of lines) {
      const key = folded(author);
      if (!authors.has(key) && !missing.has(key)) missing.set(key, author);
    }
    if (missing.size === 0) return authors;
    return insertPlaceholders(tx.query, this.#organizationId, missing.values(), now());
  }

  /** Its admin is the first member named, else the server's first admin, else the first author. */
  async #makeRoom(tx: AppendTx, lines: readonly ImportedLine[], authors: Progress["authors"]): Promise<Room> {
    const [first] = lines;
    if (first === undefined) throw new RangeError("a room is made with its first message");
    const admin = this.#memberIds[0] ?? (await findFirstAdmin(tx.query, this.#organizationId))?.id;
    const room = { id: newId(), createdBy: admin ?? idOf(authors, first) };
    const at = now();
    await insertConversation(tx.query, {
      id: room.id,
      organization_id: this.#organizationId,
      type: "room",
      title: this.#roomName,
      title_key: folded(this.#roomName),
      description: null,
      avatar_url: null,
      created_by: room.createdBy,
      created_at: at,
      updated_at: at,
      is_e2ee_enabled: 0,
      visibility: "public",
      permissions: null,
      direct_key: null,
      changed_version: firstVersion,
    });
    await insertHead(tx.query, room.id);
    return room;
  }

  /** The next seq and version, as the message log gives them. */
  #message(room: Room, head: Head, { at, content }: ImportedLine, senderId: string): MessageRow {
    head.seq++;
    head.version++;
    head.ordinal++;
    head.lastMessageAt = at;
    return {
      conversation_id: room.id,
      seq: head.seq,
      message_id: newId(),
      organization_id: this.#organizationId,
      sender_id: senderId,
      client_message_id: null,
      version: head.version,
      created_version: head.version,
      ordinal: head.ordinal,
      message_type: "text",
      content,
      is_encrypted: 0,
      metadata: null,
      reply_to: null,
      thread_root_id: null,
      created_at: at,
      edited_at: null,
      deleted_at: null,
      revision: 0,
      pinned_at: null,
      pinned_by: null,
    };
  }
}

async function withoutKnown(
  tx: AppendTx,
  room: Room | null,
  lines: readonly ImportedLine[],
): Promise<readonly ImportedLine[]> {
  const [first] = lines;
  const last = lines.at(-1);
  if (room === null || first === undefined || last === undefined) return lines;
  const known = await listKnownLines(tx.query, room.id, first.line, last.line);
  return lines.filter(({ line, hash }) => !known.has(`${line} ${hash}`));
}

function idOf(authors: Progress["authors"], { author }: ImportedLine): string {
  const placeholder = authors.get(folded(author));
  if (placeholder === undefined) throw new RangeError(`no placeholder for ${author}`);
  return placeholder.id;
}
