import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { TestProvider } from "../../server/test/kit/ai-provider.ts";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { goodPassword } from "../../server/test/kit/person.ts";
import type { ParleyOptions } from "../src/index.ts";
import { closeClients, newClient, online, refusal, until } from "./kit.ts";

let provider: TestProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await TestProvider.start();
  app = await startApp(provider.env);
});
afterEach(() => {
  provider.behave = () => ({});
  closeClients();
});
afterAll(async () => {
  await app.stop();
  await provider.stop();
});

/** A client with an AI conversation, signed in to an organization of its own. */
async function talker(options: ParleyOptions = {}) {
  const client = newClient(app, options);
  const email = `${crypto.randomUUID()}@example.test`;
  const names = { first_name: "Ada", last_name: "King" };
  await client.workspace.authService.register({ email, password: goodPassword, ...names });
  const { llmService } = client.workspace;
  const { conversation_id: id } = await llmService.createConversation({
    title: "Refactoring",
    tags: ["api"],
  });
  return { client, email, llmService, id };
}

const slowWords = { pieces: ["one ", "two ", "three ", "four"], pieceDelayMs: 150 };

describe("an AI conversation", () => {
  test("keeps what both sides said, and the answer comes piece by piece", async () => {
    const { llmService, id } = await talker();
    const pieces: string[] = [];
    const onDelta = (content: string) => void pieces.push(content);
    const answer = await llmService.chatWithTracking(id, "test-model", "Split the auth module", { onDelta });
    expect(answer.llmResponse).toBe("Split the auth module");
    expect(pieces.join("")).toBe(answer.llmResponse);
    expect(answer.message).toMatchObject({ role: "Assistant", model: "test-model", status: "Complete" });
    const { messages, total_count } = await llmService.getMessages(id);
    expect(messages.map(({ role }) => role)).toEqual(["User", "Assistant"]);
    expect(total_count).toBe(2);
    expect((await llmService.getConversation(id)).message_count).toBe(2);
    expect((await llmService.models()).models.map((model) => model.id)).toEqual(["test-model"]);
  });

  test("is changed, listed and deleted", async () => {
    const { llmService, id } = await talker();
    await llmService.addMessage(id, { role: "User", content: "Just a note" });
    expect((await llmService.updateConversation(id, { status: "Archived" })).status).toBe("Archived");
    const { conversations } = await llmService.listConversations({ status: "Archived" });
    expect(conversations.map(({ conversation_id }) => conversation_id)).toEqual([id]);
    await llmService.deleteConversation(id);
    expect((await refusal(llmService.getConversation(id))).code).toBe("NOT_FOUND");
  });

  test("answers a question once, however often it is sent with its key, and again when asked to", async () => {
    const { llmService, id } = await talker();
    const options = { clientMessageId: "my-key" };
    const first = await llmService.ask(id, "Hello", options);
    const repeated = await llmService.ask(id, "Hello", options);
    expect(repeated).toEqual(first);
    provider.behave = () => ({ pieces: ["Better"] });
    const pieces: string[] = [];
    const again = await llmService.askAgain(id, first.user_message.message_id, {
      onDelta: (content) => void pieces.push(content),
    });
    expect([again.message?.content, pieces.join("")]).toEqual(["Better", "Better"]);
    expect((await llmService.getMessages(id)).total_count).toBe(3);
  });

  test("answers a chat of which nothing is kept", async () => {
    const { llmService, id } = await talker();
    const { choices } = await llmService.chat("test-model", [
      { role: "system", content: "Be short" },
      { role: "user", content: "Hello there" },
    ]);
    expect(choices[0]?.message.content).toBe("Hello there");
    const { conversations } = await llmService.listConversations();
    expect(conversations.map(({ conversation_id }) => conversation_id)).toEqual([id]);
  });
});

describe("an answer that is being written", () => {
  test("is stopped, and what had come stays", async () => {
    provider.behave = () => slowWords;
    const { llmService, id } = await talker();
    const pieces: string[] = [];
    const asked = llmService.ask(id, "Count", { onDelta: (content) => void pieces.push(content) });
    await until("something came", () => pieces.length > 0);
    await llmService.stop(id);
    expect((await asked).message).toMatchObject({ status: "Stopped" });
  });

  test("goes on when whoever asked gives up, and the other tab sees it whole", async () => {
    provider.behave = () => slowWords;
    const { client, email, llmService, id } = await talker();
    const other = newClient(app);
    await other.workspace.authService.login({ email, password: goodPassword });
    await online(other);
    let text = "";
    other.on("ai_delta", ({ content, offset }) => {
      text = text.slice(0, offset) + content;
    });
    const done: string[] = [];
    other.on("ai_done", ({ message }) => done.push(message.content));
    const leaving = new AbortController();
    const asked = llmService.ask(id, "Count", { signal: leaving.signal, onDelta: () => leaving.abort() });
    expect((await refusal(asked)).code).toBe("ABORTED");
    client.close();
    await until("it is whole", () => done.length === 1);
    expect([text, done[0]]).toEqual(["one two three four", "one two three four"]);
  });

  test("of a provider that fails is told as PROVIDER_UNAVAILABLE, before and after its first word", async () => {
    const { llmService, id } = await talker();
    provider.behave = () => ({ status: 400 });
    expect((await refusal(llmService.ask(id, "Hello"))).code).toBe("PROVIDER_UNAVAILABLE");
    provider.behave = () => ({ pieces: ["half ", "an ", "answer"], fault: { after: 1, kind: "error" } });
    const pieces: string[] = [];
    const broken = llmService.ask(id, "Hello again", { onDelta: (content) => void pieces.push(content) });
    const error = await refusal(broken);
    expect([error.code, error.status]).toEqual(["PROVIDER_UNAVAILABLE", 502]);
    expect(pieces.join("")).toBe("half ");
    expect((await llmService.getMessages(id)).messages.at(-1)).toMatchObject({
      content: "half ",
      status: "Interrupted",
    });
  });
});
