import { looksLikeText, typeOfBytes } from "../../platform/byte-types.ts";
import { AppError, validationError } from "../../platform/errors.ts";
import { agree, canonicalType, isTextType, opaqueType } from "../../platform/file-types.ts";

/** What an operator lets in. */
export interface FileRules {
  types: readonly string[];
  /** Bytes of one file. */
  most: number;
  /** Bytes of all files of one user. */
  quota: number;
}

/** @throws AppError PAYLOAD_TOO_LARGE, or VALIDATION_ERROR for an empty file. */
export function requireSize(size: number, { most }: FileRules, path: string): void {
  if (size < 1) throw validationError({ path, message: "must not be empty" });
  if (size > most) throw new AppError("PAYLOAD_TOO_LARGE", `A file may have at most ${shownSize(most)}.`);
}

/**
 * The type by the name that is used here.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE for one that is not let in; opaque bytes are let in encrypted only.
 */
export function requireAllowedType(type: string, isEncrypted: boolean, { types }: FileRules): string {
  const canonical = canonicalType((type.split(";", 1)[0] ?? "").trim().toLowerCase());
  const isOpaque = canonical === opaqueType && !isEncrypted;
  if (!isOpaque && types.includes(canonical)) return canonical;
  throw new AppError(
    "UNSUPPORTED_MEDIA_TYPE",
    isOpaque
      ? `Files of type ${opaqueType} are taken encrypted only: say what the file is.`
      : `Files of type «${canonical.slice(0, 100)}» are not taken here.`,
  );
}

/** @throws AppError UNSUPPORTED_MEDIA_TYPE for bytes that are something else than they are said to be. */
export async function requireType(head: Uint8Array, declared: string): Promise<void> {
  const found = await typeOfBytes(head);
  const isSo = isTextType(declared)
    ? (found === undefined || found === "application/xml") && looksLikeText(head)
    : agree(declared, found);
  if (isSo) return;
  const seems = found === undefined ? "its bytes are something else" : `its bytes are ${found}`;
  throw new AppError("UNSUPPORTED_MEDIA_TYPE", `The file is said to be ${declared}, but ${seems}.`);
}

/** What a file is of which its sender says nothing: by its bytes, or text. */
export async function guessType(head: Uint8Array): Promise<string> {
  const found = await typeOfBytes(head);
  return found ?? (looksLikeText(head) ? "text/plain" : opaqueType);
}

function shownSize(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes >= 1 ? `${Math.floor(mebibytes * 10) / 10} MiB` : `${bytes} bytes`;
}
