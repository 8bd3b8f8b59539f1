import type { Database } from "../../platform/db/database.ts";
import { forbidden, notFound, validationError } from "../../platform/errors.ts";
import { isShownInline } from "../../platform/file-types.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { OwnAccounts, UserRow } from "../identity/index.ts";
import type { Profiles } from "../people/index.ts";
import { avatarPath, type FileUrls } from "./file-urls.ts";
import type { FileRow, Files } from "./files.service.ts";
import { listStrayAvatars, updateAvatar } from "./storage.queries.ts";

/**
 * Files that stand for their owners as pictures. `avatar_url` holds a signed link without an end, which works for
 * whoever was shown it, and only while the picture is its owner's.
 */
export class Avatars {
  readonly #database: Database;
  readonly #files: Files;
  readonly #urls: FileUrls;
  readonly #ownAccounts: OwnAccounts;
  readonly #profiles: Profiles;

  constructor(
    database: Database,
    files: Files,
    urls: FileUrls,
    ownAccounts: OwnAccounts,
    profiles: Profiles,
  ) {
    this.#database = database;
    this.#files = files;
    this.#urls = urls;
    this.#ownAccounts = ownAccounts;
    this.#profiles = profiles;
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for another's file, VALIDATION_ERROR for what is no picture. */
  async set(actor: Actor, fileId: string): Promise<UserRow> {
    const file = await this.#files.require(actor, fileId);
    if (file.owner_id !== actor.userId) throw forbidden("Only one's own file can be one's picture.");
    const isPicture = file.content_type.startsWith("image/") && isShownInline(file.content_type);
    if (!isPicture || file.is_encrypted === 1)
      throw validationError({ path: "file_id", message: "must be a picture: PNG, JPEG, GIF, WebP or AVIF" });
    return this.#ownAccounts.changeProfile(actor, { avatarUrl: this.#urls.avatar(fileId) });
  }

  /** Before the owner deletes a file. */
  async forget(actor: Actor, fileId: string): Promise<void> {
    const { avatar_url } = await this.#ownAccounts.get(actor);
    if (avatar_url !== null && isOf(avatar_url, fileId))
      await this.#ownAccounts.changeProfile(actor, { avatarUrl: null });
  }

  /** @throws AppError FORBIDDEN for a wrong signature, NOT_FOUND for what is nobody's picture any more. */
  async requireShown(fileId: string, signature: string): Promise<FileRow> {
    this.#urls.requireAvatar(fileId, signature);
    const file = await this.#files.requireSigned(fileId);
    const owner = (await this.#profiles.find(file.organization_id, [file.owner_id])).get(file.owner_id);
    if (owner?.avatarUrl == null || !isOf(owner.avatarUrl, fileId)) throw notFound("picture");
    return file;
  }

  /** Links that name an address which the server had before get the one it has now. Called once it listens. */
  async bringHome(): Promise<void> {
    for (const { id, avatar_url } of await listStrayAvatars(this.#database.query, this.#urls.avatarsAt)) {
      const fileId = avatar_url?.match(/avatars\/([0-9a-f-]{36})\?/)?.[1];
      if (fileId !== undefined) await updateAvatar(this.#database.query, id, this.#urls.avatar(fileId));
    }
  }
}

function isOf(avatarUrl: string, fileId: string): boolean {
  return avatarUrl.includes(`${avatarPath}/${fileId}?`);
}
