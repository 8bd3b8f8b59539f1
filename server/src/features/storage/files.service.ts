import type { Blobs, ByteRange } from "../../platform/blobs/blobs.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { AppError, conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import type { Memberships } from "../conversations/index.ts";
import type { FileRules } from "./file-checks.ts";
import {
  deleteFile,
  type FileFilter,
  type FileRow,
  findFile,
  findFileById,
  listDue,
  listFiles,
  listFilesById,
  listKnownIds,
  listShares,
  listSharingConversations,
  lockOwner,
  sumSizes,
  updateFile,
} from "./storage.queries.ts";

export type { FileRow };

/** What a message shows of a file that is shared with it. */
export interface Attachment {
  file_id: string;
  file_name: string;
  content_type: string;
  file_size: number;
  /** Only of a file that its owner has deleted. */
  deleted_at?: string;
}

/** Given a file that was deleted or restored just now, and the messages that share it, the latest of them. */
type ShareHook = (
  tx: Tx,
  file: Pick<FileRow, "id" | "deleted_at">,
  shares: { conversation_id: string; seq: number }[],
) => Promise<void>;

/** How much an owner keeps, in bytes. */
export interface Quota {
  used: number;
  total: number;
}

const sharesLookedAt = 1_000;
const dueAtOnce = 500;

/** Files that are complete: who may see them, and what their owners do with them. */
export class Files {
  readonly #database: Database;
  readonly #blobs: Blobs;
  readonly #memberships: Memberships;
  readonly #rules: FileRules;
  #tellShares: ShareHook = async () => undefined;

  constructor(database: Database, blobs: Blobs, memberships: Memberships, rules: FileRules) {
    this.#database = database;
    this.#blobs = blobs;
    this.#memberships = memberships;
    this.#rules = rules;
  }

  /** What else belongs to the end and the return of a shared file; told once, when the app is put together. */
  alsoForShares(hook: ShareHook): void {
    this.#tellShares = hook;
  }

  /**
   * A file that the actor may download: the owner, and whoever is in a conversation that it was shared in.
   * @throws AppError NOT_FOUND for one that is not complete, or deleted; FORBIDDEN.
   */
  async require(actor: Actor, fileId: string): Promise<FileRow> {
    const file = await findFile(this.#database.query, actor.organizationId, fileId);
    if (file === undefined || !isThere(file)) throw notFound("file");
    if (file.owner_id === actor.userId) return file;
    const conversations = await listSharingConversations(this.#database.query, fileId, sharesLookedAt);
    for (const id of conversations) if (await this.#memberships.canEnter(actor, id)) return file;
    throw forbidden("This file was not shared with you.");
  }

  /** For whoever holds a signed URL. @throws AppError NOT_FOUND. */
  async requireSigned(fileId: string): Promise<FileRow> {
    const file = await findFileById(this.#database.query, fileId);
    if (file === undefined || !isThere(file)) throw notFound("file");
    return file;
  }

  /** The file's bytes. @throws AppError NOT_FOUND. */
  async read(file: FileRow, range: ByteRange | null): Promise<ReadableStream<Uint8Array>> {
    const stream = await this.#blobs.read(file.id, range);
    if (stream === undefined) throw notFound("file");
    return stream;
  }

  /**
   * What a message of the actor's shows of these files.
   * @throws AppError naming the file: NOT_FOUND for one that is not complete, or deleted; FORBIDDEN for another's.
   */
  async describeOwn(actor: Actor, fileIds: readonly string[]): Promise<Attachment[]> {
    const rows = await listFilesById(this.#database.query, actor.organizationId, [...fileIds]);
    const files = new Map(rows.filter(isThere).map((file) => [file.id, file]));
    return fileIds.map((id, index) => {
      const file = files.get(id);
      const refusal = (code: "NOT_FOUND" | "FORBIDDEN", message: string) =>
        new AppError(code, message, { details: [{ path: `metadata.attachments.${index}`, message }] });
      if (file === undefined) throw refusal("NOT_FOUND", "No such file.");
      if (file.owner_id !== actor.userId) throw refusal("FORBIDDEN", "This file is not yours to share.");
      return describeFile(file);
    });
  }

  list(actor: Actor, filter: FileFilter): Promise<FileRow[]> {
    return listFiles(this.#database.query, actor.userId, filter);
  }

  /** For 30 days it can be restored. @throws AppError NOT_FOUND, or FORBIDDEN for another's. */
  async delete(actor: Actor, fileId: string): Promise<void> {
    const file = await this.#requireOwn(actor, fileId);
    const deletedAt = now();
    await this.#database.transaction(async (tx) => {
      if (!(await updateFile(tx.query, file, "kept", { deleted_at: deletedAt }))) throw notFound("file");
      await this.#tell(tx, { id: fileId, deleted_at: deletedAt });
    });
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN, or CONFLICT if the quota has no room for it any more. */
  async restore(actor: Actor, fileId: string): Promise<FileRow> {
    const file = await this.#requireOwn(actor, fileId);
    if (file.completed_at === null) throw notFound("file");
    await this.#database.transaction(async (tx) => {
      await lockOwner(tx.query, this.#database.engine, actor.userId);
      const current = await findFile(tx.query, actor.organizationId, fileId);
      if (current === undefined) throw notFound("file");
      if (current.deleted_at === null) return;
      const used = await sumSizes(tx.query, actor.userId);
      if (used + current.size > this.#rules.quota) throw overQuota(this.#rules);
      await updateFile(tx.query, current, "any", { deleted_at: null });
      await this.#tell(tx, { id: fileId, deleted_at: null });
    });
    return { ...file, deleted_at: null };
  }

  async #tell(tx: Tx, file: Pick<FileRow, "id" | "deleted_at">): Promise<void> {
    const shares = await listShares(tx.query, file.id, sharesLookedAt);
    if (shares.length > 0) await this.#tellShares(tx, file, shares);
  }

  async #requireOwn(actor: Actor, fileId: string): Promise<FileRow> {
    const file = await findFile(this.#database.query, actor.organizationId, fileId);
    if (file === undefined) throw notFound("file");
    if (file.owner_id !== actor.userId) throw forbidden("Only its owner may do this with a file.");
    return file;
  }

  async quota(actor: Actor): Promise<Quota> {
    return { used: await sumSizes(this.#database.query, actor.userId), total: this.#rules.quota };
  }

  /**
   * Drops uploads that came to nothing, files that were deleted 30 days ago, and bytes of no file. Called every few
   * minutes.
   */
  async maintain(): Promise<void> {
    const at = now();
    const pendingBefore = at - limits.uploadUrlMs - limits.requestMs;
    const due = await listDue(this.#database.query, pendingBefore, at - limits.deletedFileMs, dueAtOnce);
    for (const file of due) {
      await deleteFile(this.#database.query, file);
      for (const name of blobNames(file)) await this.#blobs.remove(name);
    }
    await this.#blobs.sweep((names) => this.#known(names));
  }

  /** What a file that was never told of has left, and what an older backup that was restored does not know. */
  async #known(names: string[]): Promise<ReadonlySet<string>> {
    const ids = await listKnownIds(this.#database.query, [...new Set(names.map(fileIdOf))]);
    const known = new Set(ids);
    return new Set(names.filter((name) => known.has(fileIdOf(name))));
  }
}

function isThere(file: FileRow): boolean {
  return file.completed_at !== null && file.deleted_at === null;
}

function describeFile(file: FileRow): Attachment {
  return { file_id: file.id, file_name: file.name, content_type: file.content_type, file_size: file.size };
}

/** Until an upload is complete its bytes are parts; in one piece it is one part. */
export function partNames(file: Pick<FileRow, "id" | "size" | "part_size">): string[] {
  const count = file.part_size === null ? 1 : Math.ceil(file.size / file.part_size);
  return Array.from({ length: count }, (_, index) => `${file.id}.${index + 1}`);
}

function fileIdOf(blobName: string): string {
  return blobName.split(".", 1)[0] ?? "";
}

function blobNames(file: FileRow): string[] {
  return [file.id, ...(file.completed_at === null ? partNames(file) : [])];
}

/** 409 for what does not fit any more. */
export function overQuota({ quota }: FileRules) {
  const message = `Your files may have ${quota} bytes together, and this one does not fit. Delete some first.`;
  return conflict("file_size", message);
}
