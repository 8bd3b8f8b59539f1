import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Blobs, BlobTooLarge, type ByteRange, isBlobName, type WrittenBlob } from "./blobs.ts";

/** A write that takes longer was interrupted. */
const abandonedMs = 24 * 60 * 60 * 1000;
/** Folders that blobs spread over, each swept in its turn. */
const parts = 256;

/** Blobs as files of a folder: written to a temporary file, synced, and renamed into place. */
export class DiskBlobs implements Blobs {
  readonly #folder: string;
  readonly #unfinished: string;
  #nextPart = 0;

  /** @param folder made with the first write, for its owner alone. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#unfinished = join(folder, "unfinished");
  }

  async write(name: string, bytes: AsyncIterable<Uint8Array>, most: number): Promise<WrittenBlob> {
    const target = this.#pathOf(name);
    await mkdir(this.#unfinished, { recursive: true, mode: 0o700 });
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    const temporary = join(this.#unfinished, randomUUID());
    try {
      const written = await writeSynced(temporary, bytes, most);
      await rename(temporary, target);
      await syncFolder(dirname(target));
      return written;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async join(parts: readonly string[], name: string): Promise<WrittenBlob | undefined> {
    const files = parts.map((part) => Bun.file(this.#pathOf(part)));
    for (const file of files) if (!(await file.exists())) return undefined;
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return this.#rename(only, name);
    const most = files.reduce((size, file) => size + file.size, 0);
    return this.write(name, contentsOf(files), most);
  }

  /** The bytes are hashed where they end up, so that nobody can change them in between. */
  async #rename(from: string, name: string): Promise<WrittenBlob> {
    const target = this.#pathOf(name);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(this.#pathOf(from), target);
    await syncFolder(dirname(target));
    const hasher = new Bun.CryptoHasher("sha256");
    let size = 0;
    for await (const chunk of Bun.file(target).stream()) {
      hasher.update(chunk);
      size += chunk.length;
    }
    return { size, sha256: hasher.digest("hex") };
  }

  async read(name: string, range: ByteRange | null): Promise<ReadableStream<Uint8Array> | undefined> {
    const file = Bun.file(this.#pathOf(name));
    if (!(await file.exists())) return undefined;
    return range === null ? file.stream() : file.slice(range.start, range.end).stream();
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  async sweep(known: (names: string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    for (const name of await listOld(this.#unfinished))
      await rm(join(this.#unfinished, name), { force: true });
    const part = this.#nextPart.toString(16).padStart(2, "0");
    this.#nextPart = (this.#nextPart + 1) % parts;
    const old = (await listOld(join(this.#folder, part))).filter(isBlobName);
    if (old.length === 0) return;
    const kept = await known(old);
    for (const name of old) if (!kept.has(name)) await this.remove(name);
  }

  #pathOf(name: string): string {
    return blobPath(this.#folder, name);
  }
}

/** UUIDv7 begin alike; their ends spread over the folders. */
export function blobPath(folder: string, name: string): string {
  if (!isBlobName(name)) throw new Error("not the name of a blob");
  return join(folder, name.slice(34, 36), name);
}

/** What was written so long ago that nobody is about to need it for the first time. */
async function listOld(folder: string): Promise<string[]> {
  const old: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > abandonedMs) old.push(name);
  }
  return old;
}

async function* contentsOf(files: readonly Bun.BunFile[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* file.stream();
}

async function writeSynced(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  most: number,
): Promise<WrittenBlob> {
  const hasher = new Bun.CryptoHasher("sha256");
  const file = await open(path, "wx", 0o600);
  let size = 0;
  try {
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > most) throw new BlobTooLarge();
      hasher.update(chunk);
      for (let from = 0; from < chunk.length; )
        from += (await file.write(chunk, from, chunk.length - from)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { size, sha256: hasher.digest("hex") };
}

/** The rename is durable only with its folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
