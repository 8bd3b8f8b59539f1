import type { Conversation } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { findConversation } from "../conversations/index.ts";
import { MessageLog } from "./message-log.ts";
import { withReaction } from "./reactions.ts";

/** Logs of conversations that were opened; the least recently opened one goes first. */
const logs = new Map<string, MessageLog>();
const logsAtMost = 20;

/** How long after a receipt the statuses of a group's messages are asked for: by then many have come. */
const statusPauseMs = 1_500;
const waitingForStatus = new Set<string>();

export function logOf(conversation: Pick<Conversation, "id" | "seq">): MessageLog {
  const known = logs.get(conversation.id);
  const log = known ?? new MessageLog(conversation.id, conversation.seq);
  logs.delete(conversation.id);
  logs.set(conversation.id, log);
  for (const id of logs.keys()) {
    if (logs.size <= logsAtMost) break;
    logs.delete(id);
  }
  return log;
}

/** The log of a conversation that was opened. */
export function findLog(conversationId: string): MessageLog | undefined {
  return logs.get(conversationId);
}

/** Brings the open logs forward by what the socket tells, for as long as the page lives. */
export function startMessages(): void {
  for (const type of ["chat", "message_edited", "message_deleted"] as const) {
    client.on(type, ({ type: _, timestamp: __, ...message }) =>
      logs.get(message.conversation_id)?.put([message]),
    );
  }
  client.on("chat", (frame) => {
    const log = logs.get(frame.conversation_id);
    log?.countReply(frame);
    // Whoever writes has read what stands before.
    log?.mark(frame.sender_id, { read: frame.seq });
  });
  for (const type of ["reaction_added", "reaction_removed"] as const) {
    client.on(type, (frame) =>
      logs.get(frame.conversation_id)?.change(frame.message_id, frame.version, (known) => ({
        ...known,
        reactions: withReaction(known, frame),
      })),
    );
  }
  client.on("read_receipt", ({ conversation_id, user_id, last_read_seq }) => {
    logs.get(conversation_id)?.mark(user_id, { read: last_read_seq });
    askStatuses(conversation_id);
  });
  client.on("delivery_receipt", ({ conversation_id, user_id, last_delivered_seq }) => {
    logs.get(conversation_id)?.mark(user_id, { delivered: last_delivered_seq });
    askStatuses(conversation_id);
  });
  client.on("resumed", ({ conversations = {} }) => {
    for (const [id, standing] of Object.entries(conversations)) {
      const log = logs.get(id);
      if (log === undefined || "gone" in standing) continue;
      for (const { user_id, last_read_seq, last_delivered_seq } of standing.receipts)
        log.mark(user_id, { read: last_read_seq, delivered: last_delivered_seq });
      if (standing.truncated !== true) log.extend(standing.seq);
    }
  });
  client.on("conversation_truncated", ({ conversation_id, standing }) => {
    const log = logs.get(conversation_id);
    log?.forget(standing?.seq ?? log.head);
  });
  client.on("conversation_gone", ({ conversation_id }) => logs.delete(conversation_id));
  client.on("reset", () => logs.clear());
  client.on("signed_out", () => logs.clear());
}

/** Between two people the marks say it all; among several only the server knows what all have read. */
function askStatuses(conversationId: string): void {
  const log = logs.get(conversationId);
  const type = findConversation(conversationId)?.type;
  if (log === undefined || type === "direct" || waitingForStatus.has(conversationId)) return;
  waitingForStatus.add(conversationId);
  setTimeout(() => {
    waitingForStatus.delete(conversationId);
    void log.refresh(log.head, log.head);
  }, statusPauseMs);
}
