import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Client } from "pg";
import { databaseName } from "../server/test/kit/database.ts";
import {
  enterRoom,
  type ImportTrial,
  jsonLines,
  readHistory,
  startImportTrial,
} from "../server/test/kit/import-trial.ts";
import { register } from "../server/test/kit/person.ts";
import type { Conversation, Message } from "../server/test/kit/shapes.ts";
import { until } from "../server/test/kit/until.ts";

let trial: ImportTrial;
beforeEach(async () => {
  trial = await startImportTrial();
});
afterEach(() => trial.end());

const said = (index: number, user: string, text: string) => ({ ts: 1_500_000_000 + index, user, text });
const contents = (messages: Message[]) => messages.map(({ seq, content }) => `${seq} ${content}`);

describe("a file of messages", () => {
  test("keeps its order, times, texts and authors; nicks equal but for case are one", async () => {
    const texts = ["first", "", "thi<b>rd", "fourth\nline\u0001", "🦆 naïve", "x".repeat(10_000)];
    const nicks = ["^ida^", "Mo|tide", "mo|TIDE", "[d]", "e`e", "^IDA^"];
    const { stdout } = await trial.importRows(
      texts.map((text, index) => said(index, nicks[index] ?? "", text)),
    );
    expect(stdout).toContain("6 messages of log.jsonl added to «Harbour»");
    await trial.whileServing(async (app) => {
      const person = await register(app);
      const id = await enterRoom(person, "Harbour");
      const messages = await readHistory(person, id);
      expect(messages.map(({ seq, version, content }) => [seq, content, version > seq])).toEqual(
        texts.map((text, index) => [index + 1, text, true]),
      );
      expect(messages.map(({ created_at }) => Date.parse(created_at) / 1000 - 1_500_000_000)).toEqual([
        0, 1, 2, 3, 4, 5,
      ]);
      const { participants } = (await person.get<Conversation>(`/v1/conversations/${id}`)).data;
      const names = new Map(
        participants.map((participant) => [participant.user_id, participant.display_name]),
      );
      expect(messages.map(({ sender_id }) => names.get(sender_id))).toEqual([
        "^ida^",
        "Mo|tide",
        "Mo|tide",
        "[d]",
        "e`e",
        "^ida^",
      ]);
    });
  });

  test("is history and not news: nobody finds it unread", async () => {
    await trial.whileServing((app) => register(app, { email: "ann@example.test" }));
    await trial.importRows([said(0, "ida", "one"), said(1, "mo", "two")], "--member", "ann@example.test");
    await trial.whileServing(async (app) => {
      const person = await register(app);
      const id = await enterRoom(person, "Harbour");
      const own = (await person.get<Conversation>(`/v1/conversations/${id}`)).data;
      expect(own).toMatchObject({ unread_count: 0, last_read_seq: 2, seq: 2 });
      expect(own.last_message_at).toBe(new Date(1_500_000_001_000).toISOString());
    });
  });

  test("leaves the first person who registers afterwards the server's admin", async () => {
    await trial.importRows([said(0, "ida", "one")]);
    const role = await trial.whileServing(
      async (app) => (await (await register(app)).get("/v1/auth/profile")).data.role,
    );
    expect(role).toBe("admin");
  });
});

describe("the same file again", () => {
  test("adds none and says so; twins stay two", async () => {
    const rows = [said(0, "ida", "+1"), said(0, "ida", "+1"), said(1, "mo", "+1"), said(0, "ida", "+1")];
    await trial.importRows(rows);
    const again = await trial.importRows(rows);
    expect(again.stdout).toContain("Nothing new: 4 messages of log.jsonl are in «Harbour» already");
    expect(contents(await trial.readRoom())).toEqual(["1 +1", "2 +1", "3 +1", "4 +1"]);
  });

  test("grown by lines adds those at the end, also after people talked in the room", async () => {
    const rows = [said(0, "ida", "one"), said(1, "mo", "two")];
    await trial.importRows(rows);
    await trial.whileServing(async (app) => {
      const person = await register(app);
      const id = await enterRoom(person, "Harbour");
      await person.post("/v1/messages", { conversation_id: id, content: "live", message_type: "text" });
    });
    const { stdout } = await trial.importRows([...rows, said(2, "new", "three")]);
    expect(stdout).toContain("1 message of log.jsonl added");
    expect(stdout).toContain("2 messages of it were there already.");
    expect(contents(await trial.readRoom())).toEqual(["1 one", "2 two", "3 live", "4 three"]);
  });

  test("under another room's name fills another room, with the same authors", async () => {
    const file = await trial.fileOf([said(0, "ida", "one")]);
    for (const room of ["Harbour", "Meadow"]) {
      expect((await trial.importFile(file, "--room", room)).stdout).toContain(
        `1 message of log.jsonl added to «${room}»`,
      );
    }
    await trial.whileServing(async (app) => {
      const person = await register(app);
      const [one] = await readHistory(person, await enterRoom(person, "Harbour"));
      const [other] = await readHistory(person, await enterRoom(person, "Meadow"));
      expect(one?.sender_id).toBe(other?.sender_id ?? "");
    });
  });

  test("after a kill in its middle goes on where the last whole group ended", async () => {
    const rows = Array.from({ length: 7_000 }, (_, index) =>
      said(index, `nick ${index % 7}`, `line ${index + 1}`),
    );
    const pipe = join(trial.folder, "pipe.jsonl");
    Bun.spawnSync(["mkfifo", pipe]);
    const part = await trial.fileOf(rows.slice(0, 6_000), "part.jsonl");
    const writer = Bun.spawn(["sh", "-c", 'exec 3<>"$0"; cat "$1" >&3; exec sleep 60', pipe, part]);
    const importing = Bun.spawn([process.execPath, "cli/main.ts", "import", pipe, "--room", "Harbour"], {
      env: { PATH: process.env.PATH ?? "", ...trial.env },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    try {
      await until("five groups are in", async () => (await countImported()) >= 5_000, 40_000);
    } finally {
      importing.kill("SIGKILL");
      writer.kill("SIGKILL");
      await importing.exited;
    }
    expect(await countImported()).toBe(5_000);
    const { stdout } = await trial.importRows(rows);
    expect(stdout).toContain("2,000 messages of log.jsonl added");
    const messages = await trial.readRoom();
    expect(contents(messages)).toEqual(rows.map(({ text }, index) => `${index + 1} ${text}`));
    expect(new Set(messages.map(({ sender_id }) => sender_id)).size).toBe(7);
  }, 60_000);
});

/** Lines of files that are in the database; none while there is no database yet. */
async function countImported(): Promise<number> {
  const text = "select count(*) as n from import_rows";
  try {
    if (databaseName === "postgres") {
      const client = new Client({ connectionString: trial.env.DATABASE_URL ?? "" });
      await client.connect();
      const { rows } = await client.query<{ n: string }>(text).finally(() => client.end());
      return Number(rows[0]?.n);
    }
    const reader = new Database(join(trial.folder, "data", "parley.sqlite"), { readonly: true });
    try {
      return (reader.query(text).get() as { n: number }).n;
    } finally {
      reader.close();
    }
  } catch {
    return 0;
  }
}

describe("a line that is no message", () => {
  test("is named with its number and why, and the rest goes on", async () => {
    const { stdout, stderr } = await trial.importRows([
      said(0, "ida", "good"),
      "{",
      "[1]",
      '"text"',
      { user: "ida", text: "no time" },
      { ts: "1500000000", user: "ida", text: "x" },
      { ts: -1, user: "ida", text: "x" },
      { ts: 1_500_000_000_000, user: "ida", text: "x" },
      { ts: null, user: "ida", text: "x" },
      { ts: 1_500_000_000, text: "x" },
      { ts: 1_500_000_000, user: "  ", text: "x" },
      { ts: 1_500_000_000, user: "n".repeat(101), text: "x" },
      { ts: 1_500_000_000, user: "ida" },
      { ts: 1_500_000_000, user: "ida", text: 7 },
      said(1, "ida", "x".repeat(10_001)),
      said(1, "ida", "nul \0"),
      '{"ts": 1500000000, "user": "ida", "text": "half \\ud83e"}',
      "",
      said(2, "ida", "also good"),
    ]);
    const named = stderr.split("\n").filter((line) => line.startsWith("line "));
    expect(named).toEqual([
      "line 2 left out: it is not JSON",
      "line 3 left out: it is not a JSON object",
      "line 4 left out: it is not a JSON object",
      "line 5 left out: ts is missing",
      "line 6 left out: ts is not a number of seconds",
      "line 7 left out: ts is before 1970",
      "line 8 left out: ts is in the future (it counts seconds, not milliseconds)",
      "line 9 left out: ts is not a number of seconds",
      "line 10 left out: user is missing",
      "line 11 left out: user is empty",
      "line 12 left out: user is longer than 100 characters",
      "line 13 left out: text is missing",
      "line 14 left out: text is not text",
      "line 15 left out: text is longer than 10,000 characters",
      "line 16 left out: text holds a NUL character",
      "line 17 left out: text holds half of a character (a lone surrogate)",
    ]);
    expect(stdout).toContain("2 messages of log.jsonl added");
    expect(stdout).toContain("16 lines left out");
    expect(contents(await trial.readRoom())).toEqual(["1 good", "2 also good"]);
  });

  test("is named for the first twenty, then counted; bytes that are no text and endless lines too", async () => {
    const file = join(trial.folder, "bad.jsonl");
    const endless = `{"ts":1,"user":"a","text":"${"x".repeat(300_000)}"}`;
    await Bun.write(
      file,
      Buffer.concat([
        Buffer.from(`${endless}\n`),
        Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
        Buffer.from("no\n".repeat(30)),
        Buffer.from(jsonLines([said(0, "ida", "good")])),
      ]),
    );
    const { code, stderr } = await trial.importFile(file, "--room", "Harbour");
    expect(code).toBe(0);
    const lines = stderr.split("\n").filter((line) => /^(line|and) /.test(line));
    expect(lines[0]).toBe("line 1 left out: it is longer than 256 KiB");
    expect(lines[1]).toBe("line 2 left out: it is not UTF-8");
    expect(lines.slice(19)).toEqual(["line 20 left out: it is not JSON", "and 12 more lines left out"]);
  });

  test("fails the whole where nothing else is in the file, and makes no room", async () => {
    for (const rows of [["{", "no"], []]) {
      const { code, stderr } = await trial.importFile(await trial.fileOf(rows), "--room", "Harbour");
      expect(code).toBe(1);
      expect(stderr).toContain("no line of it could be read as a message");
    }
    const rooms = await trial.whileServing(
      async (app) => (await (await register(app)).get<{ rooms: unknown[] }>("/v1/rooms")).data.rooms,
    );
    expect(rooms).toEqual([]);
  });
});
