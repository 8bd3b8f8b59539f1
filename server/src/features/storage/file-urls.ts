import { createHmac, timingSafeEqual } from "node:crypto";
import { now } from "../../platform/clock.ts";
import { type AppError, forbidden } from "../../platform/errors.ts";
import { limits } from "../../platform/limits.ts";

/** Where pictures of people are, below the server's address. */
export const avatarPath = "/v1/storage/avatars";

/** What stands behind the `?` of a signed URL. */
interface Signature {
  expires: number;
  signature: string;
}

interface SignedUrl {
  url: string;
  expiresAt: number;
}

/**
 * URLs that let one file in or out without a token, for a time: an HMAC over what may be done, the file, the part and
 * the end. They hold no path and no name.
 */
export class FileUrls {
  readonly #key: string;
  #origin = "";

  constructor(key: string) {
    this.#key = key;
  }

  /** The address that clients know, once the server listens. */
  serveFrom(origin: string): void {
    this.#origin = origin;
  }

  /** @param part null: the whole file. */
  upload(fileId: string, part: number | null): SignedUrl {
    const expiresAt = now() + limits.uploadUrlMs;
    return { url: this.#url("PUT", `/v1/storage/uploads/${fileId}`, fileId, part, expiresAt), expiresAt };
  }

  download(fileId: string): SignedUrl {
    const expiresAt = now() + limits.downloadUrlMs;
    return {
      url: this.#url("GET", `/v1/storage/files/${fileId}/content`, fileId, null, expiresAt),
      expiresAt,
    };
  }

  /** What the links of all pictures begin with. */
  get avatarsAt(): string {
    return `${this.#origin}${avatarPath}/`;
  }

  /** Of a picture that stands for its owner: it goes on as long as the picture does. */
  avatar(fileId: string): string {
    return `${this.avatarsAt}${fileId}?signature=${this.#hmac(`AVATAR ${fileId}`)}`;
  }

  /** @throws AppError FORBIDDEN for any other signature. */
  requireAvatar(fileId: string, signature: string): void {
    if (!isSame(signature, this.#hmac(`AVATAR ${fileId}`))) throw invalidLink();
  }

  #url(verb: "PUT" | "GET", path: string, fileId: string, part: number | null, expires: number): string {
    const ofPart = part === null ? "" : `&part=${part}`;
    return `${this.#origin}${path}?expires=${expires}${ofPart}&signature=${this.#sign(verb, fileId, part, expires)}`;
  }

  #sign(verb: string, fileId: string, part: number | null, expires: number): string {
    return this.#hmac(`${verb} ${fileId} ${part ?? "-"} ${expires}`);
  }

  #hmac(what: string): string {
    return createHmac("sha256", this.#key).update(what).digest("base64url");
  }

  /** @throws AppError FORBIDDEN for any other signature, and after the end. */
  require(verb: "PUT" | "GET", fileId: string, part: number | null, given: Signature): void {
    const isValid = isSame(given.signature, this.#sign(verb, fileId, part, given.expires));
    if (!isValid || given.expires <= now()) throw invalidLink();
  }
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function invalidLink(): AppError {
  return forbidden("This link is not valid, or not any more. Ask for a new one.");
}
