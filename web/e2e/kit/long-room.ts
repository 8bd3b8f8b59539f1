import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestServer } from "./server.ts";

/** Messages of the long room. */
export const count = 100_000;

/** A room of `count` messages, as an export of an earlier chat would bring them. */
export async function importLongRoom(server: TestServer, member: string): Promise<void> {
  const authors = ["ann", "ben", "cat", "dov"];
  const lines = Array.from({ length: count }, (_, place) => {
    const text = `Message ${place + 1}. ${"It goes on for a while. ".repeat((place * 7) % 11)}`.trim();
    return JSON.stringify({ ts: 1_700_000_000 + place * 60, user: authors[(place >> 2) % 4], text });
  });
  const file = join(server.dataDir, "room.jsonl");
  await writeFile(file, lines.join("\n"));
  await server.run("import", file, "--room", "Archive", "--member", member);
}
