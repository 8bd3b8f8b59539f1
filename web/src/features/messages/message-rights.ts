import type { Conversation, Message, OwnUser } from "../../../../sdk/src/index.ts";

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

/** The author, and the conversation's admins; in a room whoever may manage it, and in a public one who keeps order on the server. */
export function canRemove(
  message: Message,
  own: Pick<OwnUser, "id" | "role">,
  role: string | undefined,
  conversation: Pick<Conversation, "type" | "permissions" | "visibility">,
): boolean {
  if (message.deleted_at !== null || message.message_type === "system") return false;
  if (message.sender_id === own.id || role === "admin") return true;
  const isWarden = own.role === "moderator" || own.role === "admin";
  if (conversation.type === "room" && conversation.visibility === "public" && isWarden) return true;
  return conversation.type === "room" && may("manage", role, conversation);
}

type Rules = Pick<Conversation, "type" | "permissions">;

const defaults: Readonly<Record<string, string>> = { post: "member", manage: "admin" };

/** What a room's permissions give to a role. */
function may(what: "post" | "manage", role: string | undefined, { permissions }: Rules): boolean {
  const least = permissions?.[what] ?? defaults[what];
  if (role === "admin" || least === "member") return true;
  return least === "moderator" && role === "moderator";
}

/** False only where that is known: of the members of a large room not all are. */
export function canPost(role: string | undefined, conversation: Rules): boolean {
  return conversation.type !== "room" || role === undefined || may("post", role, conversation);
}

/** In a room whoever keeps order, elsewhere everybody but the two of a direct conversation, who need it not. */
export function canCallAll(role: string | undefined, conversation: Rules): boolean {
  if (conversation.type === "room") return role === "moderator" || may("manage", role, conversation);
  return conversation.type === "group";
}

/** Slow mode holds for them: who keeps order never waits. */
export function hasToWait(
  role: string | undefined,
  conversation: Rules & Pick<Conversation, "slow_mode_seconds">,
): boolean {
  return conversation.slow_mode_seconds > 0 && !canCallAll(role, conversation);
}
