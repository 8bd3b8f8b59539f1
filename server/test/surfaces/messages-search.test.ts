import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal, unknownId } from "../kit/expectations.ts";
import { buildFile } from "../kit/files.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, JsonObject, Message } from "../kit/shapes.ts";

interface Result {
  message: Message;
  snippet: string;
  rank: number;
}

interface Found {
  results: Result[];
  next_cursor: string | null;
}

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;
let group: Conversation;

const ask = (who: Person, q: string, more: Record<string, string> = {}) =>
  who.get<Found>(`/v1/messages/search?${new URLSearchParams({ q, ...more })}`);
const textsOf = async (who: Person, q: string, more: Record<string, string> = {}) =>
  (await ask(who, q, more)).data.results.map(({ message }) => message.content);

/** Waits until the index has come to `wanted` hits, a second at most: what the contract promises. */
async function found(who: Person, q: string, wanted: number, more: Record<string, string> = {}) {
  const until = performance.now() + 1_000;
  for (;;) {
    const { results } = (await ask(who, q, more)).data;
    if (results.length === wanted || performance.now() > until) return results;
    await Bun.sleep(20);
  }
}

const say = (text: string, extra: JsonObject = {}) => sendText(ann, group.id, text, extra);

beforeAll(async () => {
  app = await startApp();
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
});
afterAll(() => app.stop());

describe("search", () => {
  test("finds a message within a second of sending, with the message, a snippet and a rank", async () => {
    const sent = await say("the tide table hangs <b>behind</b> the door");
    const [result] = await found(bob, "behind", 1);
    expect(result?.message).toMatchObject({ message_id: sent.message_id, content: sent.content });
    expect(result?.snippet).toBe("the tide table hangs &lt;b&gt;<mark>behind</mark>&lt;/b&gt; the door");
    expect(result?.rank).toBeGreaterThan(0);
  });

  test("is narrowed to messages with files, with pictures, or with links", async () => {
    const [picture, text] = [
      await buildFile(ann),
      await buildFile(ann, new TextEncoder().encode("hello"), {
        content_type: "text/plain",
        file_name: "a.txt",
      }),
    ];
    await say("anchorage plain");
    await say("anchorage linked https://example.com/a");
    await say("anchorage pictured", { message_type: "image", metadata: { attachments: [picture.file_id] } });
    await say("anchorage filed", { message_type: "file", metadata: { attachments: [text.file_id] } });
    await found(bob, "anchorage", 4);
    const having = async (has: string) => (await textsOf(bob, "anchorage", { has })).toSorted();
    expect(await having("file")).toEqual(["anchorage filed", "anchorage pictured"]);
    expect(await having("image")).toEqual(["anchorage pictured"]);
    expect(await having("video")).toEqual([]);
    expect(await having("link")).toEqual(["anchorage linked https://example.com/a"]);
    expectRefusal(await ask(bob, "anchorage", { has: "all" }), 400, "VALIDATION_ERROR", "has");
  });

  test("takes words in any order, all of them, whatever their case and accents", async () => {
    await say("Crème brûlée at the Café Ørsted, Straße 7");
    await say("creme only");
    await found(bob, "creme", 2);
    expect(await textsOf(bob, "CAFE creme")).toHaveLength(1);
    expect(await textsOf(bob, "brulée orsted strasse")).toHaveLength(1);
    expect(await textsOf(bob, "creme nowhere")).toEqual([]);
    expect((await ask(bob, "cafe")).data.results[0]?.snippet).toContain("<mark>Café</mark>");
  });

  test("takes the last word as a beginning, quoted words as they stand, and leaves out -words", async () => {
    for (const text of ["green lanterns lit", "lanterns green", "green boats"]) await say(text);
    await found(bob, "green", 3);
    expect((await textsOf(bob, "green lant")).toSorted()).toEqual(["green lanterns lit", "lanterns green"]);
    expect(await textsOf(bob, '"green lanterns"')).toEqual(["green lanterns lit"]);
    expect(await textsOf(bob, '"green lant"')).toEqual([]);
    expect(await textsOf(bob, "green -lanterns")).toEqual(["green boats"]);
    expect((await textsOf(bob, 'green -"lanterns lit"')).toSorted()).toEqual([
      "green boats",
      "lanterns green",
    ]);
  });

  test("takes quotes as keyboards write them, and the last word in quotes that are not closed as a beginning", async () => {
    for (const text of ["violet harbour wall", "harbour violet"]) await say(text);
    await found(bob, "violet", 2);
    for (const phrase of ["“violet harbour”", "„violet harbour“", "«violet harbour»", '"violet harb'])
      expect(await textsOf(bob, phrase)).toEqual(["violet harbour wall"]);
    expect(await textsOf(bob, "violet -“violet harbour”")).toEqual(["harbour violet"]);
  });

  test("finds parts of words from three letters on, behind whole words", async () => {
    await say("Vereinsbootshausschlüssel liegt oben");
    await say("das bootshaus ist zu");
    await found(bob, "bootshaus", 2);
    expect(await textsOf(bob, "bootshaus")).toEqual([
      "das bootshaus ist zu",
      "Vereinsbootshausschlüssel liegt oben",
    ]);
    expect((await ask(bob, "schlussel")).data.results[0]?.snippet).toContain("<mark>schlüssel</mark>");
    expect(await textsOf(bob, "otshau")).toHaveLength(2);
  });

  test("finds words beside signs, and very long ones by their beginning", async () => {
    const long = "hawser".repeat(30);
    await say(`moored at #17~quay, ${long} ~bollard`);
    await found(bob, "moored", 1);
    for (const q of ["17 moored", "quay moored", "ollar moored", long, long.slice(0, 90), "wserhaws"])
      expect({ q, found: (await textsOf(bob, q)).length }).toEqual({ q, found: 1 });
  });

  test("finds Chinese, Japanese, Korean and Thai by any stretch of characters", async () => {
    await say("明日東京都庁で会いましょう");
    await say("我们在京都见面");
    await say("내일 회의실에서 만나요");
    await say("พรุ่งนี้เจอกันที่ห้องสมุด");
    await found(bob, "ห้องสมุด", 1);
    expect(await textsOf(bob, "京都")).toHaveLength(2);
    expect(await textsOf(bob, "東京都")).toEqual(["明日東京都庁で会いましょう"]);
    expect(await textsOf(bob, "都庁で")).toHaveLength(1);
    expect(await textsOf(bob, "见面")).toEqual(["我们在京都见面"]);
    expect(await textsOf(bob, "面")).toEqual(["我们在京都见面"]);
    expect(await textsOf(bob, "회의")).toHaveLength(1);
    expect(await textsOf(bob, "ห้องสมุด")).toHaveLength(1);
    expect(await textsOf(bob, "京東")).toEqual([]);
    expect((await ask(bob, "東京")).data.results[0]?.snippet).toContain("<mark>東京</mark>");
  });

  test("finds emojis", async () => {
    await say("we made it 🎉🎉 at last");
    expect(await found(bob, "🎉", 1)).toHaveLength(1);
  });

  test("puts what answers better first", async () => {
    const filler = "and then we went on talking about many other things for quite a while ".repeat(6);
    await say(`barnacle ${filler}`);
    await say("barnacles everywhere");
    await say("barnacle barnacle");
    await found(bob, "barnacle", 3);
    const { results } = (await ask(bob, "barnacle")).data;
    expect(results[0]?.message.content).toBe("barnacle barnacle");
    const ranks = results.map(({ rank }) => rank);
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
  });

  test("filters by conversation, sender and time", async () => {
    const other = await buildGroup(ann, [bob]);
    const first = await say("filtered once");
    await sendText(bob, group.id, "filtered twice");
    await Bun.sleep(5);
    await sendText(ann, other.id, "filtered thrice");
    await found(bob, "filtered", 3);
    expect(await textsOf(bob, "filtered", { conversation_id: other.id })).toEqual(["filtered thrice"]);
    expect(await textsOf(bob, "filtered", { sender_id: bob.id })).toEqual(["filtered twice"]);
    expect(await textsOf(bob, "filtered", { to: first.created_at })).toEqual(["filtered once"]);
    const after = new Date(Date.parse(first.created_at) + 1).toISOString();
    expect(await textsOf(bob, "filtered", { from: after })).not.toContain("filtered once");
  });

  test("goes on by cursor: each hit once, in one order, while others are sent and deleted", async () => {
    const place = await buildGroup(ann, [bob]);
    const sent: Message[] = [];
    for (let number = 1; number <= 23; number++) {
      sent.push(await sendText(ann, place.id, `ledger ${"entry ".repeat(number % 5)}${number}`));
    }
    const scope = { conversation_id: place.id, limit: "100" };
    const whole = await found(bob, "ledger", 23, scope);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Found = (
        await ask(bob, "ledger", { ...scope, limit: "5", ...(cursor === null ? {} : { cursor }) })
      ).data;
      seen.push(...page.results.map(({ message }) => message.message_id));
      if (seen.length === 5) {
        await sendText(ann, place.id, "ledger");
        await ann.delete(`/v1/messages/${seen[0]}`);
        await found(bob, "ledger", 23, scope);
      }
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole.map(({ message }) => message.message_id));
  });

  test("answers for each message by its own text, though many came at once", async () => {
    const place = await buildGroup(ann, [bob]);
    const scope = { conversation_id: place.id, limit: "100" };
    const kinds = ["amber", "basalt", "cobalt", "dolomite"];
    const sent = await Promise.all(
      Array.from({ length: 80 }, (_, n) =>
        sendText(ann, place.id, `stone ${kinds[n % 4]} ${n % 8 < 4 ? "heavy" : "light"} ${n}`),
      ),
    );
    await found(bob, "stone", 80, scope);
    expect(await textsOf(bob, "amber basalt", scope)).toEqual([]);
    expect(await textsOf(bob, "amber heavy", scope)).toHaveLength(10);
    expect(await textsOf(bob, '"basalt light"', scope)).toHaveLength(10);
    expect(await textsOf(bob, '"heavy basalt"', scope)).toEqual([]);
    expect(await textsOf(bob, "cobalt -heavy", scope)).toHaveLength(10);
    expect(await textsOf(bob, "olomi light", scope)).toHaveLength(10);
    const [edited, deleted, kept] = sent.filter(({ content }) => content.includes("amber"));
    await ann.patch(`/v1/messages/${edited?.message_id}`, { content: "stone feldspar" });
    await ann.delete(`/v1/messages/${deleted?.message_id}`);
    expect(await found(bob, "feldspar", 1, scope)).toHaveLength(1);
    const left = await textsOf(bob, "amber", scope);
    expect(left).toHaveLength(18);
    expect(left).toContain(kept?.content ?? "");
    expect(await textsOf(bob, "stone", scope)).toHaveLength(79);
  });

  test("shows an edited message by its new words and a deleted one by none", async () => {
    const edited = await say("mackerel");
    const deleted = await say("haddock");
    await found(bob, "mackerel", 1);
    await ann.patch(`/v1/messages/${edited.message_id}`, { content: "halibut" });
    await ann.delete(`/v1/messages/${deleted.message_id}`);
    expect(await textsOf(bob, "haddock")).toEqual([]);
    expect(await found(bob, "halibut", 1)).toHaveLength(1);
    expect(await textsOf(bob, "mackerel")).toEqual([]);
  });

  test("never shows what is encrypted", async () => {
    const sealed = await buildGroup(ann, [bob], { is_e2ee_enabled: true });
    await sendText(ann, sealed.id, "periwinkle", { is_encrypted: true });
    await say("periwinkle in the open");
    await found(bob, "periwinkle", 1);
    expect(await textsOf(bob, "periwinkle")).toEqual(["periwinkle in the open"]);
  });

  test("is over one's own conversations as of now: whoever was removed finds nothing, whoever came finds all", async () => {
    const place = await buildGroup(ann, [bob]);
    await sendText(ann, place.id, "anemone");
    await found(bob, "anemone", 1);
    expect(await textsOf(outsider, "anemone")).toEqual([]);
    expectRefusal(await ask(outsider, "anemone", { conversation_id: place.id }), 403, "FORBIDDEN");
    await ann.delete(`/v1/conversations/${place.id}/participants/${bob.id}`);
    expect(await textsOf(bob, "anemone")).toEqual([]);
    await ann.post(`/v1/conversations/${place.id}/participants`, { user_ids: [outsider.id] });
    expect(await textsOf(outsider, "anemone")).toEqual(["anemone"]);
  });

  test("gives no meaning to what a search engine might", async () => {
    await say("plain c++ and (a OR b) NOT near");
    await found(bob, "c++ plain", 1);
    const odd = [
      '"',
      "*",
      "-",
      '"""',
      "a OR",
      "NOT plain",
      "plain AND",
      "words:plain",
      "NEAR(plain a, 5)",
      "^plain",
      "{words trigrams}: x",
      "') or 1=1 --",
      "plain:* & !x | <->",
      "\\",
      "%_%",
      "(((((",
      "\u0001",
      "-plain",
    ];
    for (const q of odd) expect({ q, status: (await ask(bob, q)).status }).toEqual({ q, status: 200 });
    expect(await textsOf(bob, "c++ plain")).toHaveLength(1);
    expect(await textsOf(bob, "words:plain")).toEqual([]);
    const begun = performance.now();
    await ask(bob, "a ".repeat(200).trim());
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test("refuses what it cannot ask for", async () => {
    expectRefusal(await bob.get("/v1/messages/search"), 400, "VALIDATION_ERROR", "q");
    expectRefusal(await ask(bob, "x".repeat(401)), 400, "VALIDATION_ERROR", "q");
    expectRefusal(await ask(bob, "x", { limit: "101" }), 400, "VALIDATION_ERROR", "limit");
    expectRefusal(await ask(bob, "x", { from: "yesterday" }), 400, "VALIDATION_ERROR", "from");
    expectRefusal(await ask(bob, "x", { conversation_id: "x" }), 400, "VALIDATION_ERROR", "conversation_id");
    expectRefusal(await ask(bob, "x", { conversation_id: unknownId }), 404, "NOT_FOUND");
    await Promise.all(["page one", "page two", "page three"].map((text) => say(text)));
    await found(bob, "page", 3);
    const { next_cursor } = (await ask(bob, "page", { limit: "1" })).data;
    expect(next_cursor).toBeString();
    expectRefusal(await ask(bob, "page", { cursor: "x" }), 400, "VALIDATION_ERROR", "cursor");
    expectRefusal(
      await ask(bob, "other", { cursor: String(next_cursor) }),
      400,
      "VALIDATION_ERROR",
      "cursor",
    );
  });
});
