import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { outcome, unknownId } from "../kit/expectations.ts";
import { anonymous, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Conversation, Message, MessagePage } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;

const seqsOf = (page: MessagePage) => page.messages.map(({ seq }) => seq);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);

const pageOf = async (person: Person, group: Conversation, query = "") =>
  (await person.get<MessagePage>(`/v1/messages?conversation_id=${group.id}${query}`)).data;

/** Every page to the end; `between` runs before each further page. */
async function pageThrough(
  person: Person,
  group: Conversation,
  query: string,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<MessagePage[]> {
  const pages = [await pageOf(person, group, query)];
  for (let state = pages.at(0)?.next_page_state; state; state = pages.at(-1)?.next_page_state) {
    await between();
    pages.push(await pageOf(person, group, `${query}&page_state=${encodeURIComponent(state)}`));
    if (pages.length > 200) throw new Error("the pages do not end");
  }
  return pages;
}

async function buildHistory(length: number): Promise<Conversation> {
  const group = await buildGroup(ann, [bob]);
  for (let index = 1; index <= length; index++) await sendText(index % 2 ? ann : bob, group.id, `m${index}`);
  return group;
}

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
});

afterAll(() => app.stop());

describe("a page that begins at a place", () => {
  test("holds the messages just before it, and any stretch of the log can be asked for", async () => {
    const group = await buildHistory(12);
    expect(seqsOf(await pageOf(bob, group, "&before_seq=8&limit=3"))).toEqual([7, 6, 5]);
    expect(seqsOf(await pageOf(bob, group, "&before_seq=13&limit=2"))).toEqual([12, 11]);
    expect(seqsOf(await pageOf(bob, group, "&before_seq=1"))).toEqual([]);
    expect(seqsOf(await pageOf(bob, group, "&before_seq=999999&limit=1"))).toEqual([12]);
  });

  test("goes on by page_state like any other, to the first message", async () => {
    const group = await buildHistory(12);
    const pages = await pageThrough(bob, group, "&before_seq=8&limit=3");
    expect(pages.flatMap(seqsOf)).toEqual(down(7, 1));
  });

  test.each(["0", "-1", "1.5", "x", "", "1e3"])("is refused at «%s»: 400 names the field", async (place) => {
    const group = await buildGroup(ann, [bob]);
    const answer = await bob.get(`/v1/messages?conversation_id=${group.id}&before_seq=${place}`);
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(answer.error?.details?.[0]?.path).toBe("before_seq");
  });
});

describe("a page of messages", () => {
  test("of an empty conversation is empty and the last", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(await pageOf(bob, group)).toEqual({ messages: [], next_page_state: null, has_more: false });
  });

  test("is newest first, twenty unless a limit is given", async () => {
    const group = await buildHistory(25);
    const first = await pageOf(bob, group);
    expect(seqsOf(first)).toEqual(down(25, 6));
    expect(first.has_more).toBe(true);
    expect(seqsOf(await pageOf(bob, group, "&limit=3"))).toEqual([25, 24, 23]);
    expect(seqsOf(await pageOf(bob, group, "&limit=100"))).toEqual(down(25, 1));
  });

  test("leads to the next by page_state until has_more is false, each message once", async () => {
    const group = await buildHistory(25);
    const pages = await pageThrough(bob, group, "&limit=7");
    expect(pages.map(({ messages }) => messages.length)).toEqual([7, 7, 7, 4]);
    expect(pages.map(({ has_more }) => has_more)).toEqual([true, true, true, false]);
    expect(pages.flatMap(seqsOf)).toEqual(down(25, 1));
    expect(pages.at(-1)?.next_page_state).toBeNull();
  });

  test("that ends exactly at the first message is the last", async () => {
    const pages = await pageThrough(ann, await buildHistory(6), "&limit=3");
    expect(pages.map(({ has_more }) => has_more)).toEqual([true, false]);
  });

  test("skips and repeats nothing while new messages arrive between pages", async () => {
    const group = await buildHistory(20);
    const pages = await pageThrough(bob, group, "&limit=4", async () => {
      await sendText(ann, group.id, "meanwhile");
      await sendText(bob, group.id, "and more");
    });
    expect(pages.flatMap(seqsOf)).toEqual(down(20, 1));
  });

  test("skips and repeats nothing while old messages are edited and deleted between pages", async () => {
    const group = await buildHistory(12);
    const victims = (await pageOf(ann, group, "&limit=100")).messages.filter(
      ({ sender_id }) => sender_id === ann.id,
    );
    const pages = await pageThrough(bob, group, "&limit=5", async () => {
      const victim = victims.pop();
      await ann.delete(`/v1/messages/${victim?.message_id}`);
    });
    expect(pages.flatMap(seqsOf)).toEqual(down(12, 1));
  });

  test("holds deleted messages too, without their text", async () => {
    const group = await buildHistory(3);
    const second = (await pageOf(bob, group)).messages.find(({ seq }) => seq === 2);
    await bob.delete(`/v1/messages/${second?.message_id}`);
    const { messages } = await pageOf(ann, group);
    expect(messages.map(({ seq, content }) => [seq, content])).toEqual([
      [3, "m3"],
      [2, ""],
      [1, "m1"],
    ]);
    expect(messages.at(1)?.deleted_at).toBeString();
  });

  test("read again and again is the same, until something changes: then it says so at once", async () => {
    const group = await buildHistory(3);
    const read = async () => {
      const pages = [await pageOf(ann, group), await pageOf(bob, group), await pageOf(ann, group)];
      for (const page of pages) expect(page).toEqual(pages[0] as MessagePage);
      return (pages[0] as MessagePage).messages.map(({ content, status, reactions }) => [
        content,
        status,
        reactions.length,
      ]);
    };
    const [third, second] = (await pageOf(ann, group)).messages;
    // Whoever answers has read what came before.
    expect(await read()).toEqual([
      ["m3", "sent", 0],
      ["m2", "read", 0],
      ["m1", "read", 0],
    ]);
    await bob.post(`/v1/conversations/${group.id}/mark-read`, {});
    const until = performance.now() + 2_000;
    while ((await pageOf(ann, group)).messages[0]?.status !== "read" && performance.now() < until)
      await Bun.sleep(10);
    expect((await read())[0]).toEqual(["m3", "read", 0]);
    await ann.patch(`/v1/messages/${third?.message_id}`, { content: "m3 mended" });
    expect((await read())[0]).toEqual(["m3 mended", "read", 0]);
    await ann.post(`/v1/messages/${second?.message_id}/react`, { emoji: "👍" });
    expect((await read())[1]).toEqual(["m2", "read", 1]);
    await sendText(bob, group.id, "m4");
    expect((await read()).map(([content]) => content)).toEqual(["m4", "m3 mended", "m2", "m1"]);
  });

  test("passes over odd but accepted messages", async () => {
    const group = await buildGroup(ann, [bob]);
    const odd = [
      "\u202e",
      "\u0001\u001b[2J",
      "𐀀".repeat(500),
      "e\u0301".repeat(900),
      '{"type":"chat"}',
      "a\u2028\u2029b",
    ];
    for (const content of odd) await sendText(ann, group.id, content);
    const pages = await pageThrough(bob, group, "&limit=1");
    expect(pages.flatMap(({ messages }) => messages.map(({ content }) => content))).toEqual(odd.toReversed());
  });
});

describe("filters", () => {
  test("by sender leave that sender's messages only, through all pages", async () => {
    const group = await buildHistory(15);
    const pages = await pageThrough(ann, group, `&sender_id=${bob.id}&limit=3`);
    expect(pages.flatMap(seqsOf)).toEqual([14, 12, 10, 8, 6, 4, 2]);
    expect((await pageOf(ann, group, `&sender_id=${unknownId}`)).messages).toEqual([]);
  });

  test("by date cut the history before and after a moment", async () => {
    const group = await buildGroup(ann, [bob]);
    const sent: Message[] = [];
    const moments: string[] = [];
    for (let index = 1; index <= 5; index++) {
      sent.push(await sendText(index % 2 ? ann : bob, group.id, `m${index}`));
      await Bun.sleep(5);
      moments.push(encodeURIComponent(new Date().toISOString()));
      await Bun.sleep(5);
    }
    const [first, , third] = moments;
    expect(seqsOf(await pageOf(ann, group, `&before_date=${third}`))).toEqual([3, 2, 1]);
    expect(seqsOf(await pageOf(ann, group, `&after_date=${third}`))).toEqual([5, 4]);
    expect(seqsOf(await pageOf(ann, group, `&after_date=${first}&before_date=${third}`))).toEqual([3, 2]);
    const both = `&after_date=${first}&before_date=${third}&sender_id=${bob.id}`;
    expect(seqsOf(await pageOf(ann, group, both))).toEqual([2]);
    expect(seqsOf(await pageOf(ann, group, "&after_date=2020-01-31"))).toEqual([5, 4, 3, 2, 1]);
    expect(seqsOf(await pageOf(ann, group, "&before_date=2020-01-31"))).toEqual([]);
    const pages = await pageThrough(ann, group, `&after_date=${first}&limit=1`);
    expect(pages.flatMap(seqsOf)).toEqual([5, 4, 3, 2]);
  });
});

describe("a refused list", () => {
  const refused: [string, string][] = [
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=-5", "limit"],
    ["limit=1000000000", "limit"],
    ["limit=abc", "limit"],
    ["limit=", "limit"],
    ["page_state=!!!", "page_state"],
    ["page_state=eyJzZXEiOjF9", "page_state"],
    ["page_state=AAAAAAAAAAAAAAAAAAAAAA", "page_state"],
    [`page_state=${"A".repeat(4_000)}`, "page_state"],
    ["before_date=yesterday", "before_date"],
    ["after_date=2024-13-01T00:00:00Z", "after_date"],
    ["after_date=2024-13-01", "after_date"],
    ["before_date=2024-02-30", "before_date"],
    ["before_date=2023-02-29T12:00:00Z", "before_date"],
    ["sender_id=ann", "sender_id"],
  ];
  test.each(refused)("for %s is 400 and names the parameter", async (query, path) => {
    const group = await buildGroup(ann, [bob]);
    const answer = await ann.get(`/v1/messages?conversation_id=${group.id}&${query}`);
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
    expect(answer.error?.details?.map((detail) => detail.path)).toContain(path);
  });

  test("with a page_state of another conversation is 400 and shows nothing", async () => {
    const [own, foreign] = [await buildHistory(3), await buildHistory(5)];
    const { next_page_state } = await pageOf(ann, foreign, "&limit=2");
    const state = encodeURIComponent(next_page_state ?? "");
    const answer = await ann.get(`/v1/messages?conversation_id=${own.id}&page_state=${state}`);
    expect(outcome(answer)).toBe("400 VALIDATION_ERROR");
  });

  test("with a page_state changed in one place never shows another conversation and never fails inside", async () => {
    const group = await buildHistory(6);
    const { next_page_state } = await pageOf(ann, group, "&limit=2");
    const state = next_page_state ?? "";
    expect(state.length).toBeGreaterThan(0);
    for (let index = 0; index < state.length; index++) {
      const changed = `${state.slice(0, index)}${state[index] === "A" ? "B" : "A"}${state.slice(index + 1)}`;
      const query = `conversation_id=${group.id}&page_state=${encodeURIComponent(changed)}`;
      const answer = await ann.get<MessagePage>(`/v1/messages?${query}`);
      expect([200, 400]).toContain(answer.status);
      if (answer.status !== 200) continue;
      expect(answer.data.messages.every(({ conversation_id }) => conversation_id === group.id)).toBe(true);
    }
  }, 15_000);

  test("without a conversation or with a malformed one is 400, unknown 404, another's 403, without a token 401", async () => {
    const group = await buildGroup(ann, [bob]);
    expect(outcome(await ann.get("/v1/messages"))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await ann.get("/v1/messages?conversation_id=x"))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await ann.get(`/v1/messages?conversation_id=${unknownId}`))).toBe("404 NOT_FOUND");
    expect(outcome(await outsider.get(`/v1/messages?conversation_id=${group.id}`))).toBe("403 FORBIDDEN");
    const path = `/v1/messages?conversation_id=${group.id}`;
    expect(outcome(await anonymous(app).get(path))).toBe("401 UNAUTHORIZED");
  });
});

test("one message is answered to members, 403 to others, 404 when unknown, 400 when malformed", async () => {
  const group = await buildGroup(ann, [bob]);
  const { message_id } = await sendText(ann, group.id, "For-Members");
  expect((await bob.get<Message>(`/v1/messages/${message_id}`)).data.content).toBe("For-Members");
  const refused = await outsider.get(`/v1/messages/${message_id}`);
  expect(outcome(refused)).toBe("403 FORBIDDEN");
  expect(refused.text).not.toContain("For-Members");
  expect(outcome(await outsider.get(`/v1/messages/${unknownId}`))).toBe("404 NOT_FOUND");
  expect(outcome(await ann.get("/v1/messages/x"))).toBe("400 VALIDATION_ERROR");
});
