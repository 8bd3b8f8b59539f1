/** Enough for every kind that is told by its beginning, zipped documents included. */
export const tellingBytes = 64 * 1024;

/** What the first bytes of a file say that it is; undefined: nothing that is known. */
export async function typeOfBytes(head: Uint8Array): Promise<string | undefined> {
  // Loaded by the first file that comes.
  const { fileTypeFromBuffer } = await import("file-type");
  return (await fileTypeFromBuffer(head).catch(() => undefined))?.mime;
}

/** Text has no NUL, in whatever encoding that files are sent in. */
export function looksLikeText(head: Uint8Array): boolean {
  return !head.includes(0);
}
