import type { Socket } from "socket.io";
import { z } from "zod";
import type { ConversationCommands } from "../../features/conversations/conversations.commands.ts";
import type { Memberships } from "../../features/conversations/index.ts";
import { validationError } from "../../platform/errors.ts";
import { type Actor, requireScope } from "../../platform/http/actor.ts";
import { idField } from "../../platform/http/fields.ts";
import { zodFaults } from "../../platform/http/server.ts";
import type { Connection } from "../../platform/realtime/connection.ts";
import type { Hub } from "../../platform/realtime/hub.ts";

/** What a Socket.IO socket carries while it is connected. */
export interface ChatSocketData {
  actor: Actor;
  connection: Connection;
}

export interface CommandDependencies {
  hub: Hub;
  memberships: Memberships;
  conversationCommands: ConversationCommands;
}

export function roomOf(chatId: string): string {
  return `chat-${chatId}`;
}

export function chatOf(room: string): string {
  return room.slice("chat-".length);
}

/** The chat's id, alone or as `{chatId}`. */
const chatArgument = z
  .union([idField, z.object({ chatId: idField })], { error: "must be a chat's id, or {chatId}" })
  .transform((given) => (typeof given === "string" ? given : given.chatId));

type Command = (socket: Socket, data: ChatSocketData, argument: unknown) => Promise<void>;

/** The events that clients may send, by their names. @throws AppError from each. */
export function chatCommands(deps: CommandDependencies): ReadonlyMap<string, Command> {
  const typing =
    (isTyping: boolean): Command =>
    async (_, { actor }, argument) => {
      requireScope(actor, "write");
      const chatId = readChat(argument);
      await deps.conversationCommands.typing(actor, { conversation_id: chatId, is_typing: isTyping });
    };
  return new Map<string, Command>([
    ["join-chat-room", (socket, data, argument) => joinRoom(deps, socket, data, readChat(argument))],
    ["leave-chat-room", async (socket, data, argument) => leaveRoom(deps, socket, data, readChat(argument))],
    ["typing-start", typing(true)],
    ["typing-stop", typing(false)],
  ]);
}

/** Members only, also when somebody is removed in this moment. @throws AppError NOT_FOUND or FORBIDDEN. */
export async function joinRoom(
  { hub, memberships }: CommandDependencies,
  socket: Socket,
  { actor, connection }: ChatSocketData,
  chatId: string,
): Promise<void> {
  // Asked until the answer is one that no change has overtaken: a removal drops the membership from memory.
  do await memberships.require(actor, chatId);
  while (!memberships.isKnownToEnter(actor, chatId));
  if (!socket.connected) return;
  await socket.join(roomOf(chatId));
  hub.attach(connection, chatId, false);
}

export function leaveRoom(
  { hub }: CommandDependencies,
  socket: Socket,
  { connection }: ChatSocketData,
  chatId: string,
): void {
  void socket.leave(roomOf(chatId));
  hub.detach(connection, chatId);
}

function readChat(argument: unknown): string {
  const result = chatArgument.safeParse(argument);
  if (result.success) return result.data;
  throw validationError(...zodFaults(result.error).map(({ message }) => ({ path: "chatId", message })));
}
