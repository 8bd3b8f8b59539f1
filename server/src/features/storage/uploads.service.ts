import { type Blobs, BlobTooLarge } from "../../platform/blobs/blobs.ts";
import { tellingBytes } from "../../platform/byte-types.ts";
import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import { AppError, conflict, forbidden, notFound, unavailable } from "../../platform/errors.ts";
import { opaqueType } from "../../platform/file-types.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type FileRules, guessType, requireAllowedType, requireSize, requireType } from "./file-checks.ts";
import { overQuota, partNames } from "./files.service.ts";
import {
  deleteFile,
  type FileRow,
  findFile,
  findFileById,
  insertFile,
  lockOwner,
  sumSizes,
  updateFile,
} from "./storage.queries.ts";

/** What an uploader says of a file beforehand. */
interface NewFile {
  name: string;
  size: number;
  contentType: string;
  isEncrypted: boolean;
  sha256: string | null;
  /** It comes in parts, if it is large enough. */
  inParts: boolean;
}

/** How files come in: announced, sent to signed URLs and completed; or in one request. */
export class Uploads {
  readonly #database: Database;
  readonly #blobs: Blobs;
  readonly #rules: FileRules;
  /** Of two who complete one upload at once, the second waits for the first. */
  readonly #completing = new Map<string, Promise<FileRow>>();

  constructor(database: Database, blobs: Blobs, rules: FileRules) {
    this.#database = database;
    this.#blobs = blobs;
    this.#rules = rules;
  }

  /** Sets the room aside. @throws AppError VALIDATION_ERROR, 413, 415, or CONFLICT over the quota. */
  async announce(actor: Actor, given: NewFile): Promise<FileRow> {
    requireSize(given.size, this.#rules, "file_size");
    const contentType = requireAllowedType(given.contentType, given.isEncrypted, this.#rules);
    const isLarge = given.size > limits.filePartBytes;
    return this.#insert(actor, {
      ...fileRow(actor, given.name, contentType, given.size),
      is_encrypted: given.isEncrypted ? 1 : 0,
      part_size: given.inParts && isLarge ? limits.filePartBytes : null,
      wanted_sha256: given.sha256,
    });
  }

  #insert(actor: Actor, file: FileRow): Promise<FileRow> {
    return this.#database.transaction(async (tx) => {
      await lockOwner(tx.query, this.#database.engine, actor.userId);
      const used = await sumSizes(tx.query, actor.userId);
      if (used + file.size > this.#rules.quota) throw overQuota(this.#rules);
      await insertFile(tx.query, file);
      return file;
    });
  }

  /**
   * Takes the bytes of an announced file, or of one of its parts; until it is complete they may come again.
   * @param part from 1; null: the whole file.
   * @param contentType as the request says it; null: it says nothing.
   * @throws AppError NOT_FOUND, 415 for another type, CONFLICT for another size or a complete file.
   */
  async receive(
    fileId: string,
    part: number | null,
    contentType: string | null,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const file = await findFileById(this.#database.query, fileId);
    if (file === undefined || file.deleted_at !== null) throw notFound("file");
    requirePending(file);
    if (contentType !== null && part === null) {
      const canonical = requireAllowedType(contentType, file.is_encrypted === 1, this.#rules);
      if (canonical !== file.content_type)
        throw new AppError(
          "UNSUPPORTED_MEDIA_TYPE",
          `The upload was announced as ${file.content_type}; send it as that.`,
        );
    }
    const names = partNames(file);
    const name = names[(part ?? 1) - 1];
    if (name === undefined || (part === null) !== (file.part_size === null))
      throw notFound("part of the file");
    const size =
      file.part_size === null
        ? file.size
        : Math.min(file.part_size, file.size - ((part ?? 1) - 1) * file.part_size);
    await this.#write(name, exactly(bytes, size), size);
    const current = await findFileById(this.#database.query, fileId);
    if (current?.completed_at === null) return;
    await this.#blobs.remove(name);
    requirePending(current);
  }

  async #write(name: string, bytes: AsyncIterable<Uint8Array>, most: number) {
    try {
      return await this.#blobs.write(name, bytes, most);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === "ENOSPC" || code === "EROFS" || code === "EDQUOT")
        throw unavailable("The server has no room for files at the moment.", 30, error);
      throw error;
    }
  }

  /**
   * Checks what came against what was announced; then the file can be downloaded and shared. Bytes that were refused
   * stay for another try, or until others are sent in their place.
   * @throws AppError NOT_FOUND, FORBIDDEN for another's, CONFLICT for bytes that are missing or others, 415.
   */
  async complete(actor: Actor, fileId: string, sha256: string | null): Promise<FileRow> {
    const file = await findFile(this.#database.query, actor.organizationId, fileId);
    if (file === undefined || file.deleted_at !== null) throw notFound("file");
    if (file.owner_id !== actor.userId) throw forbidden("Only its owner may complete an upload.");
    if (file.completed_at !== null) return file;
    const running = this.#completing.get(fileId);
    if (running !== undefined) return running;
    const work = this.#complete(file, sha256 ?? file.wanted_sha256).finally(() =>
      this.#completing.delete(fileId),
    );
    this.#completing.set(fileId, work);
    return work;
  }

  async #complete(file: FileRow, wantedSha256: string | null): Promise<FileRow> {
    const names = partNames(file);
    const joined = await this.#blobs.join(names, file.id);
    if (joined === undefined) throw conflict("file_id", "has not been uploaded yet: send its bytes first");
    try {
      if (joined.size !== file.size) throw conflict("file_size", `is ${joined.size}, not ${file.size}`);
      if (wantedSha256 !== null && wantedSha256 !== joined.sha256)
        throw conflict("sha256", "is not the hash of the bytes that were uploaded");
      if (file.is_encrypted === 0) await requireType(await this.#head(file.id), file.content_type);
    } catch (error) {
      const [only] = names;
      if (only !== undefined && names.length === 1) await this.#blobs.join([file.id], only);
      else await this.#blobs.remove(file.id);
      throw error;
    }
    for (const name of names) await this.#blobs.remove(name);
    const changes = { completed_at: now(), sha256: joined.sha256 };
    await updateFile(this.#database.query, file, "pending", changes);
    return { ...file, ...changes };
  }

  async #head(name: string): Promise<Uint8Array> {
    const stream = await this.#blobs.read(name, { start: 0, end: tellingBytes });
    return stream === undefined ? new Uint8Array() : new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /** Before a request with one file is read. @throws AppError PAYLOAD_TOO_LARGE for what says that it is too large. */
  requireFit(headers: Headers): void {
    const declared = Number(headers.get("content-length") ?? "1");
    if (declared > this.#rules.most + limits.bodyBytes) requireSize(declared, this.#rules, "file");
  }

  /**
   * Takes a file in one request: complete when this resolves, nothing of it left when it throws.
   * @param contentType null: it is told by the bytes.
   * @throws AppError VALIDATION_ERROR for an empty one, 413, 415, or CONFLICT over the quota.
   */
  async store(
    actor: Actor,
    name: string,
    contentType: string | null,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<FileRow> {
    const isUnsaid = contentType === null || contentType === opaqueType;
    const declared = isUnsaid ? null : requireAllowedType(contentType, false, this.#rules);
    const file = fileRow(actor, name, "", 0);
    try {
      const written = await this.#write(file.id, bytes, this.#rules.most);
      requireSize(written.size, this.#rules, "file");
      const head = await this.#head(file.id);
      const type = declared ?? requireAllowedType(await guessType(head), false, this.#rules);
      await requireType(head, type);
      return await this.#insert(actor, {
        ...file,
        content_type: type,
        size: written.size,
        sha256: written.sha256,
        completed_at: now(),
      });
    } catch (error) {
      await this.#blobs.remove(file.id);
      if (error instanceof BlobTooLarge) requireSize(this.#rules.most + 1, this.#rules, "file");
      throw error;
    }
  }

  /** Takes back what `store` has stored, for a sender whose message was refused. */
  async discard(file: FileRow): Promise<void> {
    await deleteFile(this.#database.query, file);
    await this.#blobs.remove(file.id);
  }
}

function fileRow(actor: Actor, name: string, contentType: string, size: number): FileRow {
  return {
    id: newId(),
    organization_id: actor.organizationId,
    owner_id: actor.userId,
    name,
    name_key: folded(name),
    content_type: contentType,
    size,
    part_size: null,
    is_encrypted: 0,
    wanted_sha256: null,
    sha256: null,
    created_at: now(),
    completed_at: null,
    deleted_at: null,
  };
}

function requirePending(file: FileRow | undefined): void {
  if (file === undefined) throw notFound("file");
  if (file.completed_at !== null)
    throw conflict("file_id", "The upload is complete: its bytes cannot change.");
}

/** The same bytes. @throws AppError CONFLICT once they are more, or at their end if they are fewer. */
async function* exactly(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.length;
    if (count > size) throw otherSize(size);
    yield chunk;
  }
  if (count < size) throw otherSize(size);
}

function otherSize(size: number): AppError {
  return conflict("file_size", `The upload was announced with ${size} bytes; send exactly that many.`);
}
