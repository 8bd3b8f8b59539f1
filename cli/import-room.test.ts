import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { databaseName } from "../server/test/kit/database.ts";
import {
  enterRoom,
  type ImportTrial,
  readHistory,
  startImportTrial,
} from "../server/test/kit/import-trial.ts";
import { register } from "../server/test/kit/person.ts";
import type { Conversation, Message } from "../server/test/kit/shapes.ts";
import { TestSocket } from "../server/test/kit/socket.ts";

let trial: ImportTrial;
beforeEach(async () => {
  trial = await startImportTrial();
});
afterEach(() => trial.end());

const said = (index: number, user: string, text: string) => ({ ts: 1_500_000_000 + index, user, text });
const contents = (messages: Message[]) => messages.map(({ seq, content }) => `${seq} ${content}`);

describe("who is in the room", () => {
  const rows = [said(0, "ida", "one"), said(1, "mo", "two")];
  const rolesIn = (room: Conversation) =>
    Object.fromEntries(room.participants.map(({ display_name, role }) => [display_name, role]));

  test("everybody named by e-mail, whatever its case, the first of them as admin, and the authors", async () => {
    await trial.whileServing(async (app) => {
      await register(app, { email: "root@example.test", display_name: "Root" });
      await register(app, { email: "ann@example.test", display_name: "Ann" });
      await register(app, { email: "bob@example.test", display_name: "Bob" });
    });
    const flags = [
      "--member",
      "Bob@Example.test",
      "--member=ann@example.test",
      "--member",
      "bob@example.test",
    ];
    await trial.importRows(rows, ...flags);
    await trial.importRows(rows, "--member", "root@example.test");
    await trial.whileServing(async (app) => {
      const person = await register(app, { display_name: "Reader" });
      const id = await enterRoom(person, "Harbour");
      const room = (await person.get<Conversation>(`/v1/conversations/${id}`)).data;
      expect(rolesIn(room)).toEqual({
        Bob: "admin",
        Ann: "member",
        Root: "member",
        Reader: "member",
        ida: "member",
        mo: "member",
      });
      expect(room.created_by).toBe(room.participants.find(({ role }) => role === "admin")?.user_id ?? "");
    });
  });

  test("with nobody named, the server's first admin; on a new server the first author", async () => {
    await trial.importRows(rows);
    await trial.whileServing(async (app) => {
      const admin = await register(app, { display_name: "Root" });
      const room = (await admin.get<Conversation>(`/v1/conversations/${await enterRoom(admin, "Harbour")}`))
        .data;
      expect(rolesIn(room)).toEqual({ ida: "admin", mo: "member", Root: "member" });
    });
    expect((await trial.importFile(await trial.fileOf(rows), "--room", "Meadow")).code).toBe(0);
    await trial.whileServing(async (app) => {
      const person = await register(app, { display_name: "Reader" });
      const room = (await person.get<Conversation>(`/v1/conversations/${await enterRoom(person, "Meadow")}`))
        .data;
      expect(rolesIn(room)).toEqual({ Root: "admin", ida: "member", mo: "member", Reader: "member" });
    });
  });

  test("unknown addresses are all named before anything is written", async () => {
    await trial.whileServing((app) => register(app, { email: "ann@example.test" }));
    const members = ["ann@example.test", "nobody@example.test", "none@example.test"];
    const flags = members.flatMap((email) => ["--member", email]);
    const { code, stderr } = await trial.importFile(await trial.fileOf(rows), "--room", "Harbour", ...flags);
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("nobody@example.test, none@example.test");
    expect(stderr).not.toContain("ann@example.test");
    const rooms = await trial.whileServing(
      async (app) => (await (await register(app)).get<{ rooms: unknown[] }>("/v1/rooms")).data.rooms,
    );
    expect(rooms).toEqual([]);
  });
});

describe("an import that cannot be", () => {
  test("says why in one line: no file, a folder, a name that is none", async () => {
    const file = await trial.fileOf([said(0, "ida", "one")]);
    for (const [path, room, message] of [
      [join(trial.folder, "nowhere"), "Harbour", `There is no file ${join(trial.folder, "nowhere")}.`],
      [trial.folder, "Harbour", `${trial.folder} is a folder. Name a JSON Lines file.`],
      [file, "   ", "room: "],
      [file, "x".repeat(201), "room: "],
    ] as const) {
      const { code, stderr } = await trial.importFile(path, "--room", room);
      expect(`${code} ${stderr}`).toStartWith(`1 ${message}`);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });

  // PostgreSQL has servers and imports side by side; the one writer of SQLite is the server while it runs.
  test("is refused beside a server on SQLite, and goes in beside one on PostgreSQL", async () => {
    await trial.whileServing(async (app) => {
      const person = await register(app);
      const { code, stderr } = await trial.importFile(
        await trial.fileOf([said(0, "ida", "one")]),
        "--room",
        "Harbour",
      );
      if (databaseName === "sqlite") {
        expect(code).toBe(1);
        expect(stderr).toMatch(/in use by another Parley process .*Stop it first/);
      } else {
        expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
        const id = await enterRoom(person, "Harbour");
        await person.post("/v1/messages", { conversation_id: id, content: "live", message_type: "text" });
        expect(contents(await readHistory(person, id))).toEqual(["1 one", "2 live"]);
      }
    });
  });
});

test("the project's sample fills a room that can be joined, paged and tailed over WebSocket", async () => {
  const { code, stdout } = await trial.importFile("samples/boat-house.jsonl", "--room", "Boat house");
  expect(`${code} ${stdout}`).toStartWith("0 196 messages of boat-house.jsonl added to «Boat house»");
  await trial.whileServing(async (app) => {
    const [person, other] = await Promise.all([register(app), register(app)]);
    const tail = await TestSocket.connect(app, person);
    const id = await enterRoom(person, "Boat house");
    await enterRoom(other, "Boat house");
    expect((await readHistory(person, id)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 196 }, (_, i) => i + 1),
    );
    await other.post("/v1/messages", {
      conversation_id: id,
      content: "And in spring?",
      message_type: "text",
    });
    expect(await tail.next("chat")).toMatchObject({ seq: 197, content: "And in spring?" });
    await tail.close();
  });
});
