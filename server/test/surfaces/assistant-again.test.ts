import { beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readEventStream, textOf } from "../kit/ai-provider.ts";
import { expectRefusal } from "../kit/expectations.ts";
import type { JsonObject } from "../kit/shapes.ts";
import {
  askStreaming,
  beginAiConversation,
  type Exchange,
  foundOrganization,
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

const path = (id: string, more: string) => `/api/v5/conversations/${id}${more}`;
const ask = (id: string, body: JsonObject, key?: string) =>
  ada.post<Exchange>(path(id, "/chat"), body, key === undefined ? {} : { "idempotency-key": key });
const again = (who: Member, id: string, messageId: string, body: JsonObject = {}) =>
  who.post<Exchange>(path(id, `/messages/${messageId}/answer`), body);
const askForStream = (id: string, body: JsonObject) => askStreaming(app, ada, id, body);

describe("a question sent again with its key", () => {
  test("is stored once, asked once, and given its answer, by the field and by the header", async () => {
    const id = await beginAiConversation(ada);
    const first = await ask(id, { content: "hello there", client_message_id: "k-1" });
    const repeated = await ask(id, { content: "hello there" }, "k-1");
    expect(repeated.status).toBe(200);
    expect(repeated.data).toEqual(first.data);
    expect(first.data.user_message.client_message_id).toBe("k-1");
    expect(first.data.message.question_id).toBe(first.data.user_message.message_id);
    expect(provider.requests).toHaveLength(1);
    expect(await readAiMessages(ada, id)).toHaveLength(2);
    const streamed = await readEventStream(
      await askForStream(id, { content: "hello there", client_message_id: "k-1" }),
    );
    expect(textOf(streamed)).toBe("hello there");
    expect(streamed.at(-1)).toMatchObject({ event: "done", data: first.data });
    expect(provider.requests).toHaveLength(1);
  });

  test("while its answer is being written follows that answer, also when both come at once", async () => {
    provider.behave = () => ({ pieces: ["slow ", "and ", "whole"], pieceDelayMs: 150 });
    const id = await beginAiConversation(ada);
    const question = { content: "hello", client_message_id: "k-2" };
    const answers = await Promise.all([ask(id, question), ask(id, question), askForStream(id, question)]);
    const [one, other, stream] = answers;
    const events = await readEventStream(stream);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(one.data.message.content).toBe("slow and whole");
    expect(other.data).toEqual(one.data);
    expect(textOf(events)).toBe("slow and whole");
    expect(provider.requests).toHaveLength(1);
    expect(await readAiMessages(ada, id)).toHaveLength(2);
  });

  test("asks again where no answer came, or it broke off; the question stays one", async () => {
    provider.behave = () => ({ status: 400 });
    const id = await beginAiConversation(ada);
    const question = { content: "hello", client_message_id: "k-3" };
    expect((await ask(id, question)).status).toBe(502);
    provider.behave = () => ({ pieces: ["half ", "an ", "answer"], fault: { after: 1, kind: "error" } });
    expect((await ask(id, question)).status).toBe(502);
    provider.behave = () => ({ pieces: ["whole"] });
    expect((await ask(id, question)).data.message.content).toBe("whole");
    const messages = await readAiMessages(ada, id);
    expect(messages.map(({ role, status }) => `${role} ${status}`)).toEqual([
      "User Complete",
      "Assistant Interrupted",
      "Assistant Complete",
    ]);
  });

  test("is another one in another conversation; a key of what asks nothing is 409, a bad one 400", async () => {
    const [id, other] = [await beginAiConversation(ada), await beginAiConversation(ada)];
    const first = await ask(id, { content: "hello", client_message_id: "k-4" });
    const second = await ask(other, { content: "hello", client_message_id: "k-4" });
    expect(second.data.user_message.message_id).not.toBe(first.data.user_message.message_id);
    await ada.post(path(id, "/messages"), { role: "System", content: "x", client_message_id: "k-5" });
    expectRefusal(await ask(id, { content: "hello" }, "k-5"), 409, "CONFLICT", "client_message_id");
    expectRefusal(await ask(id, { content: "x", client_message_id: "" }), 400, "VALIDATION_ERROR");
    expectRefusal(await ask(id, { content: "x" }, "k".repeat(65)), 400, "VALIDATION_ERROR");
    expect((await readAiMessages(ada, id)).map(({ role }) => role)).toEqual(["User", "Assistant", "System"]);
  });
});

describe("the last question answered again", () => {
  test("gets another answer, of another model, and the model is not shown the first", async () => {
    provider.behave = () => ({ pieces: ["first"] });
    const id = await beginAiConversation(ada);
    const asked = await ask(id, { content: "hello" });
    const questionId = asked.data.user_message.message_id;
    provider.behave = () => ({ pieces: ["second"] });
    const answer = await again(ada, id, questionId, { model: "other-model" });
    expect(answer.status).toBe(200);
    expect(answer.data.user_message).toEqual(asked.data.user_message);
    expect(answer.data.message).toMatchObject({
      content: "second",
      model: "other-model",
      question_id: questionId,
      seq: 3,
    });
    await ask(id, { content: "and now?" });
    const shown = provider.requests.map(({ body }) => body.messages.map(({ content }) => content));
    expect(shown).toEqual([["hello"], ["hello"], ["hello", "second", "and now?"]]);
    const conversation = (await ada.get(path(id, ""))).data;
    expect(conversation).toMatchObject({ message_count: 5, seq: 5, answer_id: null });
  });

  test("streams as a new one does", async () => {
    const id = await beginAiConversation(ada);
    const questionId = String(
      (await ada.post(path(id, "/messages"), { role: "User", content: "never asked" })).data.message_id,
    );
    const response = await fetch(`${app.url}${path(id, `/messages/${questionId}/answer`)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${ada.accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({ stream: true }),
    });
    expect(textOf(await readEventStream(response))).toBe("never asked");
  });

  test("is the last one, one's own, and one at a time", async () => {
    const id = await beginAiConversation(ada);
    const first = await ask(id, { content: "one" });
    const second = await ask(id, { content: "two" });
    const { user_message: question, message } = second.data;
    expectRefusal(await again(ada, id, first.data.user_message.message_id), 409, "CONFLICT", "message");
    expectRefusal(await again(ada, id, message.message_id), 409, "CONFLICT", "message");
    expectRefusal(await again(ada, id, crypto.randomUUID()), 404, "NOT_FOUND");
    expectRefusal(await again(ada, await beginAiConversation(ada), question.message_id), 404, "NOT_FOUND");
    const stranger = await foundOrganization(app);
    expectRefusal(await again(stranger, id, question.message_id), 404, "NOT_FOUND");
    provider.behave = () => ({ pieces: ["slow ", "one"], pieceDelayMs: 200 });
    const both = await Promise.all([
      again(ada, id, question.message_id),
      again(ada, id, question.message_id),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await readAiMessages(ada, id)).toHaveLength(5);
  });
});
