/** What was written. */
export interface WrittenBlob {
  size: number;
  /** Hex. */
  sha256: string;
}

/** A stretch of a blob: from the byte at `start` to the one before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Keeps bytes under names that the server makes (`isBlobName`): never a path, never a user's word. One blob is written
 * as a whole and never changed, only replaced.
 */
export interface Blobs {
  /**
   * Stores the bytes, durable once resolved; all or nothing: a failure leaves what was there before.
   * @param most more bytes than this are refused.
   * @throws BlobTooLarge, and whatever `bytes` throws.
   */
  write(name: string, bytes: AsyncIterable<Uint8Array>, most: number): Promise<WrittenBlob>;
  /**
   * Makes one blob of parts, in this order. A single part is renamed; several stay until they are removed.
   * @returns undefined if one of them is missing; then nothing has changed.
   */
  join(parts: readonly string[], name: string): Promise<WrittenBlob | undefined>;
  /** @param range null: all of it. Undefined: there is no such blob. */
  read(name: string, range: ByteRange | null): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Removing what is not there changes nothing. */
  remove(name: string): Promise<void>;
  /**
   * Drops what interrupted writes have left behind, and blobs a day old that nobody knows. A call looks at a part of
   * all blobs; some hundred calls have looked at each.
   * @param known which of the names are still somebody's.
   */
  sweep(known: (names: string[]) => Promise<ReadonlySet<string>>): Promise<void>;
}

export class BlobTooLarge extends Error {
  constructor() {
    super("more bytes than allowed");
    this.name = "BlobTooLarge";
  }
}

/** A UUID, or one with the number of a part. */
export function isBlobName(name: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.\d{1,4})?$/.test(name);
}
