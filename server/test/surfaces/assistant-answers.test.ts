import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readEventStream, TestProvider } from "../kit/ai-provider.ts";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import type { JsonObject } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { until } from "../kit/until.ts";
import {
  type AiMessage,
  askStreaming,
  beginAiConversation,
  type Exchange,
  foundOrganization,
  joinOrganization,
  type Member,
  readAiMessages,
  startAssistant,
} from "../kit/workspace.ts";

setDefaultTimeout(60_000);

const { provider, app, ada } = await startAssistant();
beforeEach(() => {
  provider.behave = () => ({});
  provider.requests.length = 0;
});

const path = (id: string, more = "") => `/api/v5/conversations/${id}${more}`;
const ask = (who: Member, id: string, content: string, more: JsonObject = {}) =>
  who.post<Exchange>(path(id, "/chat"), { content, ...more });
const stream = (who: Member, id: string, content: string, signal?: AbortSignal) =>
  askStreaming(app, who, id, { content }, signal);

describe("an answer", () => {
  test("is given with the question, counted, and kept in the conversation", async () => {
    provider.behave = () => ({
      pieces: ["Split ", "it ", "in ", "two."],
      usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 },
    });
    const id = await beginAiConversation(ada);
    const answer = await ask(ada, id, "How should I split the auth module?");
    expect(answer.status).toBe(200);
    expect(answer.data.user_message).toMatchObject({ role: "User", seq: 1, token_count: 8, model: null });
    expect(answer.data.message).toMatchObject({
      role: "Assistant",
      content: "Split it in two.",
      model: "test-model",
      token_count: 5,
      seq: 2,
      status: "Complete",
      usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 },
      note: null,
    });
    expect(await readAiMessages(ada, id)).toEqual([answer.data.user_message, answer.data.message]);
    expect((await ada.get(path(id))).data).toMatchObject({
      message_count: 2,
      token_count: 13,
      seq: 2,
      answer_id: null,
    });
  });

  test("is asked for with the whole conversation, the operator's key and the model named", async () => {
    const id = await beginAiConversation(ada);
    const say = (role: string, content: string) =>
      ada.post(path(id, "/messages"), { role, content, model: "m" });
    await say("System", "Be brief.");
    await say("User", "one");
    await say("Assistant", "two");
    await ask(ada, id, "three", { model: "other-model" });
    const [request] = provider.requests;
    expect(request?.authorization).toBe("Bearer sk-test-secret");
    expect(request?.body).toMatchObject({
      model: "other-model",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "one" },
        { role: "assistant", content: "two" },
        { role: "user", content: "three" },
      ],
    });
  });

  test("streams as it comes: deltas, then done with the stored message", async () => {
    provider.behave = () => ({ pieces: ["One ", "two ", "three ", "four."], pieceDelayMs: 80 });
    const id = await beginAiConversation(ada);
    const response = await stream(ada, id, "count");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
    const events = await readEventStream(response);
    const deltas = events.filter(({ event }) => event === "delta");
    expect(deltas.map(({ data }) => data.content).join("")).toBe("One two three four.");
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.at(0)?.atMs).toBeLessThan((events.at(-1)?.atMs ?? 0) - 100);
    const done = events.at(-1);
    expect(done?.event).toBe("done");
    const messages = await readAiMessages(ada, id);
    expect(done?.data).toEqual({ message: messages[1], user_message: messages[0] });
  });

  test("comes to one's other connections too, each word once and in order, and to nobody else", async () => {
    provider.behave = () => ({ pieces: ["Other ", "tabs ", "see ", "this."], pieceDelayMs: 60 });
    const colleague = await joinOrganization(app, ada);
    const [tab, other] = await Promise.all([
      TestSocket.connect(app, ada),
      TestSocket.connect(app, colleague),
    ]);
    const id = await beginAiConversation(ada);
    await readEventStream(await stream(ada, id, "hello"));
    const done = await tab.next("ai_done");
    const question = await tab.next("ai_message");
    expect(question).toMatchObject({ conversation_id: id, message: { role: "User", content: "hello" } });
    const begun = await tab.next("ai_message");
    expect(begun).toMatchObject({ message: { role: "Assistant", status: "Writing", content: "" } });
    const deltas = tab.frames.filter((frame) => frame.type === "ai_delta");
    let text = "";
    for (const frame of deltas) {
      expect(frame).toMatchObject({ conversation_id: id, message_id: done.message_id, offset: text.length });
      text += String(frame.content);
    }
    expect(text).toBe("Other tabs see this.");
    expect(done).toMatchObject({ conversation_id: id, message: { content: text, status: "Complete" } });
    expect(other.frames.some((frame) => frame.type.startsWith("ai_"))).toBe(false);
    await Promise.all([tab.close(), other.close()]);
  });

  test("is not lost by a client that goes away", async () => {
    provider.behave = () => ({ pieces: ["It ", "goes ", "on ", "to ", "the ", "end."], pieceDelayMs: 80 });
    const id = await beginAiConversation(ada);
    const leaving = new AbortController();
    const response = await stream(ada, id, "hello", leaving.signal);
    await readEventStream(response, (events) => events.length > 0);
    leaving.abort();
    await until(
      "the answer is complete",
      async () => (await readAiMessages(ada, id))[1]?.status === "Complete",
    );
    expect((await readAiMessages(ada, id))[1]?.content).toBe("It goes on to the end.");
  });

  test("that is being written is found with what has come, and a second device goes on from there", async () => {
    provider.behave = () => ({ pieces: Array.from({ length: 20 }, (_, n) => `w${n} `), pieceDelayMs: 60 });
    const id = await beginAiConversation(ada);
    const whole = stream(ada, id, "hello").then((response) => readEventStream(response));
    await until("it has begun", async () => ((await readAiMessages(ada, id))[1]?.content.length ?? 0) > 5);
    const device = await TestSocket.connect(app, ada, { query: { resume: "true" } });
    const [, writing] = await readAiMessages(ada, id);
    expect(writing).toMatchObject({ status: "Writing", role: "Assistant", token_count: 0 });
    expect((await ada.get(path(id))).data.answer_id).toBe(writing?.message_id);
    device.send({ type: "resume", epoch: device.hello.epoch, conversations: { [id]: 1 } });
    expect(await device.next("ai_message")).toMatchObject({ message: { role: "User", content: "hello" } });
    const resumed = await device.next("resumed");
    expect(resumed.conversations).toMatchObject({ [id]: { seq: 2 } });
    await whole;
    const done = await device.next("ai_done");
    let text = "";
    for (const frame of device.frames.filter(({ type }) => type === "ai_delta")) {
      const offset = Number(frame.offset);
      expect(offset).toBeLessThanOrEqual(text.length);
      text = text.slice(0, offset) + String(frame.content);
    }
    expect((done.message as AiMessage).content).toBe(text);
    await device.close();
  });

  test("missed altogether is replayed by resume, in the conversation's order", async () => {
    const id = await beginAiConversation(ada);
    const { version } = (await ada.get(path(id))).data;
    await ask(ada, id, "hello there");
    const device = await TestSocket.connect(app, ada);
    device.send({ type: "resume", epoch: device.hello.epoch, conversations: { [id]: version } });
    const { conversations } = await device.next("resumed");
    const frames = device.frames.filter(({ type }) => type.startsWith("ai_"));
    expect(frames.map(({ type }) => type)).toEqual(["ai_message", "ai_done"]);
    const latest = (await ada.get(path(id))).data;
    expect(conversations).toMatchObject({ [id]: { version: latest.version, seq: 2, unread_count: 0 } });
    await device.close();
  });

  test("is written one at a time: a second question meanwhile is 409 and stores nothing", async () => {
    provider.behave = () => ({ pieces: ["slow ", "one"], pieceDelayMs: 200 });
    const id = await beginAiConversation(ada);
    const asked = await Promise.all(Array.from({ length: 5 }, (_, n) => ask(ada, id, `question ${n}`)));
    expect(asked.map((answer) => answer.status).sort()).toEqual([200, 409, 409, 409, 409]);
    for (const answer of asked) if (answer.status === 409) expectRefusal(answer, 409, "CONFLICT", "answer");
    expect(await readAiMessages(ada, id)).toHaveLength(2);
    expect((await ada.get(path(id))).data).toMatchObject({ message_count: 2, seq: 2 });
  });

  test("takes characters that come cut in half, and none that cannot be stored", async () => {
    provider.behave = () => ({ pieces: ["\ud83d", "\ude00 ok ", "nul\0 ", "lone \ud83d", " end"] });
    const id = await beginAiConversation(ada);
    expect((await ask(ada, id, "hello")).data.message.content).toBe("😀 ok nul\uFFFD lone \uFFFD end");
    expect((await readAiMessages(ada, id))[1]?.content).toBe("😀 ok nul\uFFFD lone \uFFFD end");
  });
});

describe("stopping", () => {
  test("keeps what had come, marked, and ends the stream", async () => {
    provider.behave = () => ({ pieces: Array.from({ length: 100 }, (_, n) => `w${n} `), pieceDelayMs: 50 });
    const id = await beginAiConversation(ada);
    const events = stream(ada, id, "hello").then((response) => readEventStream(response));
    await until(
      "it has begun",
      async () => (await readAiMessages(ada, id))[1]?.content.includes("w1") === true,
    );
    const answer = await ada.post<{ message: AiMessage }>(path(id, "/stop"));
    expect(answer.status).toBe(200);
    expect(answer.data.message).toMatchObject({ status: "Stopped", role: "Assistant" });
    const last = (await events).at(-1);
    expect(last).toMatchObject({ event: "done", data: { message: { status: "Stopped" } } });
    expect((await readAiMessages(ada, id))[1]).toEqual(answer.data.message);
    expect(answer.data.message.content).toStartWith("w0 w1");
    await until("the provider is let go", () => provider.open === 0);
    const { token_count: total } = (await ada.get(path(id))).data;
    expect(total).toBe(1 + answer.data.message.token_count);
  });

  test("before the first word leaves the question alone; with nothing to stop it is 409", async () => {
    provider.behave = () => ({ delayMs: 1_000 });
    const id = await beginAiConversation(ada);
    const asked = ask(ada, id, "hello");
    await until("it is being answered", async () => (await ada.get(path(id))).data.answer_id !== null);
    expect((await ada.post(path(id, "/stop"))).data).toEqual({ message: null });
    expect((await asked).data).toMatchObject({ message: null, user_message: { content: "hello" } });
    expect(await readAiMessages(ada, id)).toHaveLength(1);
    expectRefusal(await ada.post(path(id, "/stop")), 409, "CONFLICT", "answer");
  });

  test("happens when the conversation is deleted: the provider is left, nothing stays", async () => {
    provider.behave = () => ({ pieces: Array.from({ length: 100 }, (_, n) => `w${n} `), pieceDelayMs: 50 });
    const id = await beginAiConversation(ada);
    const events = stream(ada, id, "hello").then((response) => readEventStream(response));
    await until("it has begun", async () => (await readAiMessages(ada, id)).length === 2);
    await ada.delete(path(id));
    expect((await events).at(-1)).toMatchObject({ event: "error", data: { code: "NOT_FOUND" } });
    await until("the provider is let go", () => provider.open === 0);
    expectRefusal(await ada.get(path(id)), 404, "NOT_FOUND");
  });
});

describe("a long conversation", () => {
  beforeAll(() => {
    // All at once: the server asks for the list once a minute.
    provider.models = [
      { id: "small-model", max_model_len: 4_096 },
      { id: "narrow-model", max_model_len: 3_800 },
      { id: "large-model", context_length: 128_000 },
    ];
  });

  const fill = async (id: string, count: number) => {
    for (let n = 1; n <= count; n++) {
      const message = { role: n % 2 === 1 ? "User" : "Assistant", content: `m${n} ${"word ".repeat(500)}` };
      await ada.post(path(id, "/messages"), { ...message, model: "m" });
    }
  };

  test("is cut to the model's window: what the system says and the newest stay, and a note says so", async () => {
    const id = await beginAiConversation(ada);
    await ada.post(path(id, "/messages"), { role: "System", content: "Be brief." });
    await fill(id, 12);
    const answer = await ask(ada, id, "And now?", { model: "small-model" });
    const sent = provider.requests.at(-1)?.body.messages ?? [];
    expect(sent[0]).toEqual({ role: "system", content: "Be brief." });
    expect(sent.at(-1)).toEqual({ role: "user", content: "And now?" });
    expect(sent.slice(1, -1).map(({ content }) => content.split(" ")[0])).toEqual([
      "m7",
      "m8",
      "m9",
      "m10",
      "m11",
      "m12",
    ]);
    expect(answer.data.message.note).toBe(
      "6 older messages were left out: the model takes 4096 tokens in all.",
    );
  });

  test("never begins with an answer whose question was left out", async () => {
    const id = await beginAiConversation(ada);
    await ada.post(path(id, "/messages"), { role: "System", content: "Be brief." });
    await fill(id, 12);
    const answer = await ask(ada, id, "And now?", { model: "narrow-model" });
    const sent = provider.requests.at(-1)?.body.messages ?? [];
    expect(sent.map(({ role, content }) => `${role} ${content.split(" ")[0]}`)).toEqual([
      "system Be",
      "user m9",
      "assistant m10",
      "user m11",
      "assistant m12",
      "user And",
    ]);
    expect(answer.data.message.note).toContain("8 older messages");
  });

  test("goes whole to a model that takes it", async () => {
    const id = await beginAiConversation(ada);
    await fill(id, 12);
    const answer = await ask(ada, id, "And now?", { model: "large-model" });
    expect(answer.data.message.note).toBeNull();
    expect(provider.requests.at(-1)?.body.messages).toHaveLength(13);
  });
});

test("the provider's models are listed with the default one", async () => {
  const fresh = await TestProvider.start();
  fresh.models = [{ id: "a", context_length: 1_000 }, { id: "b" }];
  const other = await startApp(fresh.env);
  try {
    const member = await foundOrganization(other);
    expect((await member.get("/api/v5/models")).data).toEqual({
      models: [
        { id: "a", context_window: 1_000 },
        { id: "b", context_window: null },
      ],
      default_model: "test-model",
    });
  } finally {
    await other.stop();
    await fresh.stop();
  }
});
