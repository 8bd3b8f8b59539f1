import { afterAll, beforeAll, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { enterRoom, type ImportTrial, startImportTrial } from "../kit/import-trial.ts";
import { type Person, register } from "../kit/person.ts";
import type { Message } from "../kit/shapes.ts";

interface Found {
  results: { message: Message }[];
  next_cursor: string | null;
}

const messages = 4_700;
/** The only places where the two words that all messages have stand beside each other. */
const together = [40, ...Array.from({ length: 80 }, (_, n) => 560 + n), 4_600];
const patienceMs = 30_000;

let trial: ImportTrial;
let app: TestApp;
let reader: Person;

const ask = async (q: string, more: Record<string, string> = {}) =>
  (await reader.get<Found>(`/v1/messages/search?${new URLSearchParams({ q, ...more })}`)).data;

/** Text and place of every hit, page after page. */
async function readAll(q: string, limit: number): Promise<string[]> {
  const hits: string[] = [];
  let page = await ask(q, { limit: String(limit) });
  for (;;) {
    hits.push(...page.results.map(({ message }) => `${message.seq} ${message.content}`));
    if (page.next_cursor === null) return hits;
    page = await ask(q, { limit: String(limit), cursor: page.next_cursor });
  }
}

beforeAll(async () => {
  trial = await startImportTrial();
  await trial.importRows(
    Array.from({ length: messages }, (_, n) => ({
      ts: 1_500_000_000 + n,
      user: `nick${n % 7}`,
      text: together.includes(n + 1) ? `The TIDE, mill ${n + 1}` : `the mill and the tide ${n + 1}`,
    })),
  );
  app = await startApp(trial.env);
  reader = await register(app);
  await enterRoom(reader, "Harbour");
  const until = performance.now() + patienceMs;
  while ((await ask(`${messages}`)).results.length === 0) {
    if (performance.now() > until) throw new Error("the history was not indexed");
    await Bun.sleep(50);
  }
});
afterAll(async () => {
  await app.stop();
  await trial.end();
});

test("a phrase is found in a long history whose every message has its words", async () => {
  const hits = await ask('"tide mill"', { limit: "100" });
  expect(hits.results.map(({ message }) => message.seq)).toEqual(together.toReversed());
  expect(hits.next_cursor).toBeNull();
});

test("a word of every message leads through all of a long history, each message once, by whatever pages", async () => {
  const hits = await readAll("mill", 100);
  expect(new Set(hits).size).toBe(messages);
  expect(hits).toHaveLength(messages);
  expect(await readAll("mill", 83)).toEqual(hits);
});

test("a word between very common ones is found at the far end of a long history", async () => {
  expect(await readAll("the 7 t", 20)).toContain("7 the mill and the tide 7");
});
