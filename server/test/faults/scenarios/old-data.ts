import { History } from "../history.ts";
import { call } from "../load/chat-api.ts";
import { observerOf } from "../load/ground.ts";
import { asObjects, parseObject } from "../load/json-reading.ts";
import { Subscriber } from "../load/subscriber.ts";
import { waitFor } from "../machine/waiting.ts";
import type { Round } from "./scenario.ts";
import type { UnderLoad } from "./under-load.ts";

/**
 * While writes are impossible, what is stored stays readable: lists over REST, a resume from the beginning over a
 * new socket, and events that are never stored (typing) still pass.
 */
export async function expectOldDataReadable(round: Round, run: UnderLoad): Promise<void> {
  const account = observerOf(run.ground);
  const [conversation] = run.ground.conversations;
  if (!conversation) throw new Error("a ground without conversations");
  const before = run.ground.positions.get(conversation.id)?.seq ?? 0;
  const list = await call(run.endpoint, "GET", "/v1/conversations?limit=100", { account });
  round.expect(list.status === 200, `GET /v1/conversations: ${list.status} ${list.code}`);
  const page = await call(run.endpoint, "GET", `/v1/messages?conversation_id=${conversation.id}`, {
    account,
  });
  const listed = asObjects(page.data.messages).length;
  round.expect(
    page.status === 200 && listed > 0,
    `GET /v1/messages: ${page.status} ${page.code}, ${listed} messages`,
  );
  const history = new History();
  const seen = new Map([[conversation.id, { seq: 0, version: 0 }]]);
  const reader = new Subscriber("reader", account, { endpoint: run.endpoint, history, seen });
  reader.start();
  try {
    await waitFor("a resume from the beginning", 3_000, () => reader.live);
    const replayed = history.records.filter(
      (record) => record.kind === "delivered" && record.conversationId === conversation.id,
    );
    round.expect(
      replayed.length >= before,
      `a resume replayed ${replayed.length} of at least ${before} messages`,
    );
  } finally {
    reader.stop();
  }
  round.expect(
    await typingPasses(run, conversation.id),
    "typing did not reach another participant within 2 s",
  );
}

async function typingPasses(run: UnderLoad, conversationId: string): Promise<boolean> {
  const members =
    run.ground.conversations.find((conversation) => conversation.id === conversationId)?.members ?? [];
  const sockets = await Promise.all(
    members.slice(0, 2).map(({ accessToken }) => openSocket(run, accessToken)),
  );
  const [typist, watcher] = sockets;
  if (!typist || !watcher) return false;
  try {
    let seen = false;
    watcher.onmessage = (event) => {
      const frame = parseObject(String(event.data));
      seen ||= frame.type === "typing" && frame.conversation_id === conversationId;
    };
    typist.send(JSON.stringify({ type: "typing", conversation_id: conversationId, is_typing: true }));
    return await waitFor("typing", 2_000, () => seen).catch(() => false);
  } finally {
    for (const socket of sockets) socket.close(1000);
  }
}

function openSocket(run: UnderLoad, accessToken: string): Promise<WebSocket> {
  return new Promise((opened, failed) => {
    const socket = new WebSocket(`${run.endpoint.url?.replace("http", "ws")}/v1/ws/chat`, {
      headers: { Authorization: `Bearer ${accessToken}` },
    });
    socket.onopen = () => opened(socket);
    socket.onclose = (event) => failed(new Error(`a new socket was closed with ${event.code}`));
  });
}
