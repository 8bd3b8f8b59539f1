import { beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type ProviderBehaviour, readEventStream, TestProvider } from "../kit/ai-provider.ts";
import { startApp } from "../kit/app.ts";
import type { Answer } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";
import { until } from "../kit/until.ts";
import {
  type AiMessage,
  askStreaming,
  beginAiConversation,
  foundOrganization,
  readAiMessages,
  startAssistant,
} from "../kit/workspace.ts";

setDefaultTimeout(60_000);

const { provider, app, ada } = await startAssistant({ AI_TIMEOUT: "1", PARLEY_LOG_LEVEL: "error" });
beforeEach(() => {
  provider.requests.length = 0;
});

const path = (id: string, more = "") => `/api/v5/conversations/${id}${more}`;
const ask = (id: string, content = "hello") => ada.post(path(id, "/chat"), { content });
const stream = (id: string) => askStreaming(app, ada, id, { content: "hello" });

/** A refusal that says what the provider did, and nothing that the provider said: it may hold the key. */
function expectProviderFault(answer: Answer<unknown>, words: string): void {
  expect(`${answer.status} ${answer.error?.code}`).toBe("502 PROVIDER_UNAVAILABLE");
  expect(answer.error?.message).toContain(words);
  expect(answer.text).not.toContain("sk-test");
}

/** The question alone is kept, and the next one may be asked. */
async function expectQuestionKept(id: string): Promise<void> {
  expect(await readAiMessages(ada, id)).toMatchObject([
    { role: "User", content: "hello", status: "Complete" },
  ]);
  expect((await ada.get(path(id))).data).toMatchObject({ message_count: 1, seq: 1, answer_id: null });
}

async function expectGoesOn(id: string): Promise<void> {
  provider.behave = () => ({ pieces: ["better now"] });
  const answer = await ada.post<{ message: AiMessage }>(path(id, "/chat"), { content: "again" });
  expect(answer.data.message).toMatchObject({ content: "better now", status: "Complete" });
}

describe("before the first word", () => {
  const refusals: [string, ProviderBehaviour, string, number][] = [
    ["a key that is not accepted", { status: 401 }, "AI_API_KEY", 1],
    ["an unknown model", { status: 404 }, "no such model", 1],
    ["a request that it does not take", { status: 400 }, "does not take", 1],
    ["too many requests", { status: 429 }, "too often", 3],
    ["too many requests, for long", { status: 429, headers: { "retry-after": "60" } }, "too often", 1],
    ["a fault of its own", { status: 500 }, "answered 500", 3],
    ["an empty answer", { pieces: [] }, "empty answer", 1],
    ["an error event", { pieces: ["never"], fault: { after: 0, kind: "error" } }, "met an error", 1],
    ["rubbish", { pieces: ["never"], fault: { after: 0, kind: "rubbish" } }, "no answer", 1],
    ["silence", { delayMs: 1_500 }, "silent for 1 s", 1],
  ];
  for (const [what, behaviour, words, requests] of refusals) {
    test(`${what} is told plainly; the question stays and the conversation goes on`, async () => {
      provider.behave = () => behaviour;
      const id = await beginAiConversation(ada);
      expectProviderFault(await ask(id), words);
      expect(provider.requests.length).toBe(requests);
      await expectQuestionKept(id);
      await expectGoesOn(id);
    });
  }

  test("asking for a stream answers the same refusal, not a stream", async () => {
    provider.behave = () => ({ status: 401 });
    const id = await beginAiConversation(ada);
    const response = await stream(id);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ success: false, error: { code: "PROVIDER_UNAVAILABLE" } });
    await expectQuestionKept(id);
  });

  test("a fault that passes is not seen: it is asked again", async () => {
    let asked = 0;
    provider.behave = () => (++asked < 3 ? { status: 503 } : { pieces: ["third time"] });
    const id = await beginAiConversation(ada);
    expect((await ask(id)).data.message).toMatchObject({ content: "third time" });
  });

  test("a provider that is down is told plainly", async () => {
    const gone = await TestProvider.start();
    const { env } = gone;
    await gone.stop();
    const other = await startApp(env);
    try {
      const member = await foundOrganization(other);
      const id = await beginAiConversation(member);
      expectProviderFault(await member.post(path(id, "/chat"), { content: "hello" }), "cannot be reached");
      expectProviderFault(await member.get("/api/v5/models"), "cannot be reached");
      expect(await readAiMessages(member, id)).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });

  test("one's other connections hear of it", async () => {
    provider.behave = () => ({ status: 401 });
    const tab = await TestSocket.connect(app, ada);
    const id = await beginAiConversation(ada);
    await ask(id);
    const frame = await tab.next("ai_error");
    expect(frame).toMatchObject({ conversation_id: id, message: null, code: "PROVIDER_UNAVAILABLE" });
    await tab.close();
  });
});

describe("in the middle", () => {
  const pieces = ["What ", "has ", "come "];
  const breaks: [string, NonNullable<ProviderBehaviour["fault"]>["kind"], string][] = [
    ["a cut line", "cut", "lost"],
    ["an end without an end", "end", "broke off"],
    ["an error event", "error", "met an error"],
    ["rubbish", "rubbish", "no answer"],
    ["silence", "silence", "silent for 1 s"],
  ];
  for (const [what, kind, words] of breaks) {
    test(`${what} is told; what had come is kept, marked and counted`, async () => {
      provider.behave = () => ({ pieces, pieceDelayMs: 60, fault: { after: 3, kind } });
      const id = await beginAiConversation(ada);
      const tab = await TestSocket.connect(app, ada);
      const events = await readEventStream(await stream(id));
      const last = events.at(-1);
      expect(last?.event).toBe("error");
      expect(last?.data).toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
      expect(String(last?.data.message)).toContain(words);
      const [, kept] = await readAiMessages(ada, id);
      expect(kept).toMatchObject({ content: "What has come ", status: "Interrupted", seq: 2 });
      expect(kept?.note).toContain(words);
      expect<unknown>(last?.data.partial).toEqual(kept);
      expect(await tab.next("ai_error")).toMatchObject({
        conversation_id: id,
        message: { status: "Interrupted" },
      });
      const tokens = 1 + Number(kept?.token_count);
      expect((await ada.get(path(id))).data).toMatchObject({
        message_count: 2,
        token_count: tokens,
        answer_id: null,
      });
      await tab.close();
      await expectGoesOn(id);
    });
  }

  const shortenings = [
    ["length", "reached the length"],
    ["content_filter", "content filter"],
  ] as const;
  for (const [ending, words] of shortenings) {
    test(`an answer that the provider ends by ${ending} is whole, with a note that it was cut off`, async () => {
      provider.behave = () => ({ pieces, ending });
      const id = await beginAiConversation(ada);
      const events = await readEventStream(await stream(id));
      expect(events.at(-1)?.event).toBe("done");
      const [, kept] = await readAiMessages(ada, id);
      expect(kept).toMatchObject({ content: "What has come ", status: "Complete" });
      expect(kept?.note).toContain(words);
      expect<unknown>(events.at(-1)?.data.message).toEqual(kept);
      await expectGoesOn(id);
    });
  }

  test("without a stream it is 502, and what had come is kept", async () => {
    provider.behave = () => ({ pieces, fault: { after: 3, kind: "end" } });
    const id = await beginAiConversation(ada);
    expectProviderFault(await ask(id), "marked as interrupted");
    expect((await readAiMessages(ada, id))[1]).toMatchObject({ status: "Interrupted" });
  });

  test("an answer without an end is cut off and its line closed", async () => {
    const long = "x".repeat(10_000);
    provider.behave = () => ({ pieces: Array.from({ length: 1_000 }, () => long), pieceDelayMs: 2 });
    const id = await beginAiConversation(ada);
    const before = provider.open;
    const events = await readEventStream(await stream(id));
    expect(String(events.at(-1)?.data.message)).toContain("no end");
    const [, kept] = await readAiMessages(ada, id);
    expect(kept?.content.length).toBeLessThan(1_500_000);
    await until("the provider is let go", () => provider.open === before);
  });
});

test("bytes that are no text are shown as such and hurt nothing", async () => {
  const head = 'data: {"choices":[{"delta":{"content":"a';
  const tail = 'b"},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n';
  provider.behave = () => ({
    raw: new Uint8Array([...Buffer.from(head), 0xff, 0xfe, 0xc3, ...Buffer.from(tail)]),
  });
  const id = await beginAiConversation(ada);
  expect((await ask(id)).data.message).toMatchObject({ content: "a\uFFFD\uFFFD\uFFFDb", status: "Complete" });
});
