import { Database } from "bun:sqlite";
import {
  closeSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import type { SeededRandom } from "../seeded-random.ts";

const headerBytes = 100;
const treePageKinds = new Set([2, 5, 10, 13]);

/** Inverts the first bytes of one page of a table or an index, of those in use; the page's number. */
export function flipPage(file: string, random: SeededRandom): number {
  const fd = openSync(file, "r+");
  try {
    const header = readAt(fd, 0, headerBytes);
    const declared = header.readUInt16BE(16);
    const pageSize = declared === 1 ? 65_536 : declared;
    const pages = statSync(file).size / pageSize;
    const freed = freePages(fd, header, pageSize);
    const candidates = Array.from({ length: pages - 1 }, (_, index) => index + 2).filter((page) => {
      const kind = readAt(fd, (page - 1) * pageSize, 1)[0] ?? 0;
      return treePageKinds.has(kind) && !freed.has(page);
    });
    const page = random.pick(candidates);
    const start = readAt(fd, (page - 1) * pageSize, 32);
    writeSync(
      fd,
      start.map((byte) => ~byte & 0xff),
      0,
      start.length,
      (page - 1) * pageSize,
    );
    return page;
  } finally {
    closeSync(fd);
  }
}

/** The pages on SQLite's list of free ones: their content is of no account. */
function freePages(fd: number, header: Buffer, pageSize: number): Set<number> {
  const freed = new Set<number>();
  let trunk = header.readUInt32BE(32);
  while (trunk !== 0 && !freed.has(trunk)) {
    freed.add(trunk);
    const page = readAt(fd, (trunk - 1) * pageSize, pageSize);
    for (let leaf = 0; leaf < page.readUInt32BE(4); leaf += 1) freed.add(page.readUInt32BE(8 + leaf * 4));
    trunk = page.readUInt32BE(0);
  }
  return freed;
}

/** Overwrites the header's magic text. */
export function spoilHeader(file: string): void {
  const fd = openSync(file, "r+");
  writeSync(fd, Buffer.alloc(headerBytes, 0x5a), 0, headerBytes, 0);
  closeSync(fd);
}

/** Cuts the file to half of its length. */
export function cutInHalf(file: string): void {
  truncateSync(file, Math.floor(statSync(file).size / 2));
}

/** Puts a file of another kind in the database's place. */
export function replaceByText(file: string): void {
  writeFileSync(file, "This is a shopping list.\n".repeat(400));
}

/** Puts a sound SQLite database of another program in its place. */
export function replaceByForeignDatabase(file: string): void {
  rmSync(file);
  const database = new Database(file);
  database.run("CREATE TABLE recipes (name TEXT PRIMARY KEY, minutes INTEGER)");
  database.run("INSERT INTO recipes VALUES ('soup', 40)");
  database.close();
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(fd, bytes, 0, length, position);
  return bytes;
}
