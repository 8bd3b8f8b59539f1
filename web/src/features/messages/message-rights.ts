import type { Conversation, Message } from "../../../../sdk/src/index.ts";

/** The server's default; it has the last word. */
const editWindowMs = 15 * 60_000;

export function canEdit(message: Message, ownId: string, now = Date.now()): boolean {
  return (
    message.sender_id === ownId &&
    message.message_type !== "system" &&
    message.deleted_at === null &&
    !message.is_encrypted &&
    now - Date.parse(message.created_at) < editWindowMs
  );
}

/** The author, and the conversation's admins; in a room whoever may manage it. */
export function canRemove(
  message: Message,
  ownId: string,
  role: string | undefined,
  conversation: Pick<Conversation, "type" | "permissions">,
): boolean {
  if (message.deleted_at !== null || message.message_type === "system") return false;
  if (message.sender_id === ownId || role === "admin") return true;
  const manage = conversation.permissions?.manage ?? "admin";
  return (
    conversation.type === "room" && (manage === "member" || (manage === "moderator" && role === "moderator"))
  );
}
