import type { Socket } from "socket.io";
import {
  markAdvanced,
  participantAdded,
  participantRemoved,
  presentChatParticipant,
  typingChanged,
} from "../../features/conversations/index.ts";
import {
  type ChatMessages,
  type MessageRow,
  messageDeleted,
  messageEdited,
  messageSent,
} from "../../features/messages/index.ts";
import { isoTime } from "../../platform/clock.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Log } from "../../platform/log.ts";
import type { PublishAdapter } from "../../platform/socketio/publish-adapter.ts";
import { roomOf } from "./socketio-commands.ts";

interface FanOut {
  events: Events;
  chatMessages: ChatMessages;
  adapter: PublishAdapter;
  log: Log;
  isOf(socket: Socket, userId: string): boolean;
  /** The user's sockets leave the room. */
  expel(userId: string, chatId: string): void;
}

/** Turns what happened into the events of Socket.IO, each told to the chat's room in the order of the log. */
export function fanOutToRooms({ events, chatMessages, adapter, log, isOf, expel }: FanOut): void {
  const turns = new Turns((error) => log.error("a Socket.IO event could not be told", { error }));
  const heard = (chatId: string) => adapter.isHeard(roomOf(chatId));
  const tell = (chatId: string, event: string, payload: object) =>
    adapter.tell(roomOf(chatId), event, { chatId, ...payload });

  const tellMessage = (event: string, message: MessageRow) => {
    const { conversation_id: chatId } = message;
    turns.take(chatId, async () => tell(chatId, event, { message: await chatMessages.present(message) }));
  };
  events.on(messageSent, ({ message }) => {
    const { conversation_id: chatId } = message;
    if (!heard(chatId)) return;
    const known = turns.isFree(chatId) ? chatMessages.presentFresh(message) : undefined;
    if (known === undefined) tellMessage("new-message", message);
    else tell(chatId, "new-message", { message: known });
  });
  events.on(messageEdited, ({ message }) => {
    if (heard(message.conversation_id)) tellMessage("message-edited", message);
  });
  events.on(messageDeleted, ({ message }) => {
    const { conversation_id: chatId, message_id: messageId, deleted_at, created_at } = message;
    if (!heard(chatId)) return;
    const deletedAt = isoTime(deleted_at ?? created_at);
    turns.run(chatId, () => tell(chatId, "message-deleted", { messageId, deletedAt }));
  });
  events.on(markAdvanced, ({ conversationId: chatId, userId, kind, formerSeq, seq, at }) => {
    if (kind !== "read" || !heard(chatId)) return;
    turns.take(chatId, async () => {
      const messageIds = await chatMessages.listPassed(chatId, formerSeq, seq);
      tell(chatId, "messages-read", { userId, messageIds, readAt: isoTime(at) });
    });
  });

  events.on(participantAdded, ({ conversationId: chatId, participant }) => {
    if (!heard(chatId)) return;
    const participants = [presentChatParticipant(participant)];
    turns.run(chatId, () => tell(chatId, "participants-added", { participants }));
  });
  events.on(participantRemoved, ({ conversationId: chatId, userId: participantId }) => {
    // At once, before anything that still waits for its turn: those who were removed hear no more of it.
    if (heard(chatId)) tell(chatId, "participant-removed", { participantId });
    expel(participantId, chatId);
  });
  events.on(typingChanged, ({ conversationId: chatId, userId, isTyping }) => {
    const room = roomOf(chatId);
    if (adapter.rooms.has(room))
      adapter.tellNow(room, "user-typing", { chatId, userId, isTyping }, (socket) => isOf(socket, userId));
  });
}

/** What must be read before it can be told keeps its place: later events of the chat wait for it. */
class Turns {
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  isFree(chatId: string): boolean {
    return !this.#waiting.has(chatId);
  }

  run(chatId: string, work: () => void): void {
    if (this.isFree(chatId)) work();
    else this.take(chatId, async () => work());
  }

  take(chatId: string, work: () => Promise<void>): void {
    const before = this.#waiting.get(chatId);
    const turn = (before === undefined ? work() : before.then(work)).catch(this.#failed).then(() => {
      if (this.#waiting.get(chatId) === turn) this.#waiting.delete(chatId);
    });
    this.#waiting.set(chatId, turn);
  }
}
