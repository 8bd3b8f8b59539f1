import { expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type TestApp, testEnvironment } from "./app.ts";
import { createTestDatabase } from "./database.ts";
import { type Person, register } from "./person.ts";
import { type CommandResult, runCommand } from "./server.ts";
import type { Message, MessagePage } from "./shapes.ts";

/** One line of an import file; a string stands as it is. */
type ImportRow = { ts?: unknown; user?: unknown; text?: unknown } | string;

/** A data folder of its own for imports, and servers that look at what came of them. */
export interface ImportTrial {
  folder: string;
  env: Record<string, string>;
  /** Writes `log.jsonl`, or another name. */
  fileOf(rows: ImportRow[], name?: string): Promise<string>;
  importFile(file: string, ...flags: string[]): Promise<CommandResult>;
  /** Imports into the room «Harbour», which has to succeed. */
  importRows(rows: ImportRow[], ...flags: string[]): Promise<CommandResult>;
  /** A server on the same data for as long as `work` takes. */
  whileServing<T>(work: (app: TestApp) => Promise<T>): Promise<T>;
  /** What somebody who registers now finds in the room «Harbour», oldest first. */
  readRoom(): Promise<Message[]>;
  end(): Promise<void>;
}

export async function startImportTrial(): Promise<ImportTrial> {
  const folder = await mkdtemp(join(tmpdir(), "parley-import-"));
  const database = await createTestDatabase();
  const env = { ...testEnvironment(join(folder, "data")), ...database.env };
  const trial: ImportTrial = {
    folder,
    env,
    fileOf: async (rows, name = "log.jsonl") => {
      const file = join(folder, name);
      await Bun.write(file, jsonLines(rows));
      return file;
    },
    importFile: (file, ...flags) => runCommand(["import", file, ...flags], env, 60_000),
    importRows: async (rows, ...flags) => {
      const result = await trial.importFile(await trial.fileOf(rows), "--room", "Harbour", ...flags);
      expect(`${result.code} ${result.code === 0 ? "" : result.stderr}`).toBe("0 ");
      return result;
    },
    whileServing: async (work) => {
      const app = await startApp(env);
      try {
        return await work(app);
      } finally {
        await app.stop();
      }
    },
    readRoom: () =>
      trial.whileServing(async (app) => {
        const person = await register(app);
        return readHistory(person, await enterRoom(person, "Harbour"));
      }),
    end: async () => {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return trial;
}

export function jsonLines(rows: ImportRow[]): string {
  return rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join("");
}

/** Joins the one public room of this name; its id. */
export async function enterRoom(person: Person, name: string): Promise<string> {
  const listed = await person.get<{ rooms: { id: string; name: string }[] }>("/v1/rooms?limit=100");
  const ids = listed.data.rooms.filter((room) => room.name === name).map(({ id }) => id);
  expect(ids).toHaveLength(1);
  const [id = ""] = ids;
  await person.post(`/v1/rooms/${id}/members`);
  return id;
}

/** Everything in a conversation, oldest first. */
export async function readHistory(person: Person, conversationId: string): Promise<Message[]> {
  const messages: Message[] = [];
  let query = "";
  for (let more = true; more; ) {
    const { data } = await person.get<MessagePage>(
      `/v1/messages?conversation_id=${conversationId}&limit=100${query}`,
    );
    messages.push(...data.messages);
    more = data.has_more;
    query = `&page_state=${data.next_page_state}`;
  }
  return messages.toReversed();
}
