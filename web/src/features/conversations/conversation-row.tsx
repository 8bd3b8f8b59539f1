import { BellOff, Lock } from "lucide-react";
import { memo } from "react";
import type { Conversation } from "../../../../sdk/src/index.ts";
import { conversationPlace } from "../../platform/address.ts";
import { plainOf } from "../../platform/markup.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { classes } from "../../ui/classes.ts";
import { Link } from "../../ui/link.tsx";
import { Time } from "../../ui/time.tsx";
import { UnreadCount } from "../../ui/unread-count.tsx";
import { useOwnUser, usePerson } from "../identity/index.ts";
import { useAppearance } from "./conversation-name.ts";

interface ConversationRowProps {
  conversation: Conversation;
  isOpen: boolean;
  /** What somebody began to write here. */
  draft: string | null;
}

/** One line of the list: who, what was said last and when, how much is unread. */
export const ConversationRow = memo(function ConversationRow({
  conversation,
  isOpen,
  draft,
}: ConversationRowProps) {
  const look = useAppearance(conversation);
  const preview = usePreview(conversation);
  const isUnread = conversation.unread_count > 0 && !isOpen;
  return (
    <Link
      to={conversationPlace(conversation.id)}
      aria-current={isOpen ? "page" : undefined}
      className={classes(
        "mx-2 flex h-full items-center gap-3 rounded-control px-2.5",
        isOpen ? "bg-pressed" : "hover:bg-hover",
      )}
    >
      <Avatar
        id={look.colourId}
        name={look.name}
        url={look.avatarUrl}
        kind={look.kind}
        online={look.online}
      />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={classes("min-w-0 flex-1 truncate", isUnread ? "font-semibold" : "font-medium")}>
            {look.name}
          </span>
          {look.online === true && <span className="sr-only">, {texts.online}</span>}
          {conversation.last_message_at !== null && (
            <Time
              at={conversation.last_message_at}
              show={listTime}
              className={classes("shrink-0 text-detail", isUnread ? "text-accent-ink" : "text-ink-soft")}
            />
          )}
        </span>
        <span className="flex items-center gap-2">
          <span
            className={classes(
              "min-w-0 flex-1 truncate text-[0.8125rem]",
              isUnread ? "text-ink" : "text-ink-soft",
            )}
          >
            {draft === null || isOpen ? preview : texts.draftPreview(draft)}
          </span>
          {conversation.is_e2ee_enabled && (
            <Lock aria-label={texts.encryptedTitle} size={13} className="shrink-0 text-ink-soft" />
          )}
          {conversation.muted && (
            <BellOff aria-label={texts.muted} size={13} className="shrink-0 text-ink-soft" />
          )}
          {isUnread && <UnreadCount count={conversation.unread_count} quiet={conversation.muted} />}
        </span>
      </span>
    </Link>
  );
});

function usePreview(conversation: Conversation): string {
  const own = useOwnUser();
  const last = conversation.last_message;
  const isNamed = last !== null && conversation.type !== "direct" && last.sender_id !== own.id;
  // The list has told the name; a message that came since has not.
  const author = usePerson(isNamed && last.sender_name == null ? last.sender_id : "")?.name;
  if (last === null) return texts.noMessagesPreview;
  if (last.deleted_at !== null) return texts.deletedPreview;
  if (last.is_encrypted) return texts.encryptedPreview;
  const text = plainOf(last.content.slice(0, 400)) || texts.attachmentPreview;
  if (last.message_type === "system") return text;
  if (last.sender_id === own.id) return texts.ownPreview(text);
  const name = isNamed ? (author ?? last.sender_name ?? "") : "";
  return name === "" ? text : `${name.split(" ")[0]}: ${text}`;
}
