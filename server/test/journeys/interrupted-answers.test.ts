import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readEventStream, type StreamEvent, TestProvider, textOf } from "../kit/ai-provider.ts";
import { startServer, type TestServer } from "../kit/server.ts";
import { until } from "../kit/until.ts";
import {
  type AiMessage,
  askStreaming,
  beginAiConversation,
  foundOrganization,
  type Member,
  readAiMessages,
  workspaceLogin,
} from "../kit/workspace.ts";

setDefaultTimeout(90_000);

let provider: TestProvider;
let server: TestServer;
beforeAll(async () => {
  provider = await TestProvider.start();
  server = await startServer(provider.env);
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
});

const streams = 20;

/** Streams an answer until the line breaks; what came. */
async function follow(who: Member, conversationId: string, seen: StreamEvent[]): Promise<void> {
  const response = await askStreaming(server, who, conversationId, { content: "tell me" });
  await readEventStream(response, (events) => {
    seen.splice(0, seen.length, ...events);
    return false;
  });
}

/** The answer once nobody writes it any more. On PostgreSQL a dead process is missed for six seconds. */
async function settled(who: Member, conversationId: string): Promise<AiMessage | undefined> {
  for (let turn = 0; turn < 120; turn++) {
    const { answer_id: answerId } = (await who.get(`/api/v5/conversations/${conversationId}`)).data;
    const [, answer] = await readAiMessages(who, conversationId);
    if (answerId === null) return answer;
    await Bun.sleep(100);
  }
  throw new Error("the conversation is stuck");
}

test("after kill -9 during twenty streams each conversation shows what had come, marked, and goes on", async () => {
  const ada = await foundOrganization(server);
  provider.behave = () => ({ pieces: Array.from({ length: 400 }, (_, n) => `w${n} `), pieceDelayMs: 10 });
  const ids = await Promise.all(Array.from({ length: streams }, () => beginAiConversation(ada)));
  const seen: StreamEvent[][] = ids.map(() => []);
  const following = ids.map((id, n) => follow(ada, id, seen[n] as StreamEvent[]).catch(() => undefined));
  await until("all stream", () => seen.every((events) => events.length >= 3));
  await server.kill("SIGKILL");
  await Promise.all(following);
  await server.restart();
  for (const [n, id] of ids.entries()) {
    const answer = await settled(ada, id);
    const text = textOf(seen[n] as StreamEvent[]);
    expect(answer).toMatchObject({ status: "Interrupted", role: "Assistant", seq: 2 });
    // Whatever somebody has seen was stored before.
    expect(answer?.content.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(0);
    const { token_count: total, message_count: count } = (await ada.get(`/api/v5/conversations/${id}`)).data;
    expect([count, total]).toEqual([2, 2 + Number(answer?.token_count)]);
  }
  provider.behave = () => ({ pieces: ["back again"] });
  const answer = await ada.post<{ message: AiMessage }>(`/api/v5/conversations/${ids[0]}/chat`, {
    content: "and now?",
  });
  expect(answer.data.message).toMatchObject({ content: "back again", status: "Complete", seq: 4 });
});

test("a kill before the first word leaves the question, and nothing stuck", async () => {
  const ada = await foundOrganization(server);
  provider.behave = () => ({ delayMs: 5_000 });
  const id = await beginAiConversation(ada);
  const asked = ada.post(`/api/v5/conversations/${id}/chat`, { content: "hello" }).catch(() => undefined);
  await until("the question is there", async () => (await readAiMessages(ada, id)).length > 0);
  await server.kill("SIGKILL");
  await asked;
  await server.restart();
  expect(await settled(ada, id)).toBeUndefined();
  expect(await readAiMessages(ada, id)).toMatchObject([{ role: "User", content: "hello" }]);
});

test("a clean stop gives short answers time to end, and keeps what had come of long ones", async () => {
  const ada = await foundOrganization(server);
  provider.behave = ({ body }) => ({
    pieces: Array.from(
      { length: body.messages.at(-1)?.content === "short" ? 20 : 4_000 },
      (_, n) => `w${n} `,
    ),
    pieceDelayMs: 20,
  });
  const [short, long] = [await beginAiConversation(ada), await beginAiConversation(ada)];
  const asked = [
    ada.post(`/api/v5/conversations/${short}/chat`, { content: "short" }),
    ada.post(`/api/v5/conversations/${long}/chat`, { content: "long" }).catch(() => undefined),
  ];
  await until("the answer begins", async () => (await readAiMessages(ada, long)).length > 1);
  const started = performance.now();
  expect(await server.kill("SIGTERM")).toBe(0);
  expect(performance.now() - started).toBeLessThan(10_000);
  const [first] = await Promise.all(asked);
  expect(first?.status).toBe(200);
  await server.restart();
  const again = await workspaceLogin(server, ada);
  expect((await readAiMessages(again, short))[1]).toMatchObject({ status: "Complete" });
  const [, kept] = await readAiMessages(again, long);
  expect(kept).toMatchObject({ status: "Interrupted" });
  expect(kept?.note).toContain("restarted");
});
