import {
  Copy,
  Ellipsis,
  Flag,
  Link2,
  MessagesSquare,
  Pencil,
  Pin,
  PinOff,
  Reply,
  SmilePlus,
  Trash2,
} from "lucide-react";
import type { Message } from "../../../../sdk/src/index.ts";
import { conversationPlace, hrefOf } from "../../platform/address.ts";
import { complain, confirm } from "../../platform/announce.ts";
import { copyToClipboard } from "../../platform/clipboard.ts";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { useOwnUser } from "../identity/index.ts";
import { togglePin, toggleReaction } from "./message-changes.ts";
import type { RowHandlers } from "./message-handlers.ts";
import { canEdit } from "./message-rights.ts";

interface MessageActionsProps {
  message: Message;
  handlers: RowHandlers;
  canRemove: boolean;
}

/** A fingertip needs more room. */
const touchable = "pointer-coarse:size-9";

const quickReactions = ["👍", "❤️", "😂", "🎉", "👀", "🙏"] as const;

/** What one can do with a message: at its corner while it is pointed at or has the focus. */
export function MessageActions({ message, handlers, canRemove }: MessageActionsProps) {
  const own = useOwnUser();
  const editable = canEdit(message, own.id);
  return (
    <div
      role="toolbar"
      aria-label={texts.messageActions}
      className="absolute end-4 -top-4 z-10 flex rounded-control border border-line bg-raised p-0.5 shadow-bar"
    >
      <Menu
        trigger={<IconButton size="small" className={touchable} icon={SmilePlus} label={texts.react} />}
        layout="row"
        entries={quickReactions.map((emoji) => ({
          label: texts.reactWith(emoji),
          sign: emoji,
          onSelect: () => void toggleReaction(message, emoji, own.id),
        }))}
      />
      <IconButton
        size="small"
        className={touchable}
        icon={Reply}
        label={texts.reply}
        keys="R"
        onClick={() => handlers.reply(message)}
      />
      {handlers.openThread !== undefined && (
        <IconButton
          size="small"
          className={touchable}
          icon={MessagesSquare}
          label={texts.openThread}
          keys="T"
          onClick={() => handlers.openThread?.(message)}
        />
      )}
      {editable && (
        <IconButton
          size="small"
          className={touchable}
          icon={Pencil}
          label={texts.edit}
          keys="E"
          onClick={() => handlers.edit(message)}
        />
      )}
      <Menu
        trigger={<IconButton size="small" className={touchable} icon={Ellipsis} label={texts.more} />}
        entries={[
          {
            label: message.pinned_at === null ? texts.pin : texts.unpin,
            icon: message.pinned_at === null ? Pin : PinOff,
            onSelect: () => void togglePin(message),
          },
          { label: texts.copyText, icon: Copy, onSelect: () => copyText(message) },
          { label: texts.copyLink, icon: Link2, onSelect: () => copyLink(message) },
          handlers.report !== undefined &&
            message.sender_id !== own.id && {
              label: texts.report,
              icon: Flag,
              onSelect: () => handlers.report?.(message),
            },
          canRemove && {
            label: texts.delete,
            icon: Trash2,
            harm: true,
            apart: true,
            onSelect: () => handlers.remove(message),
          },
        ]}
      />
    </div>
  );
}

export function copyText(message: Message): void {
  void copy(message.content);
}

function copyLink({ conversation_id, message_id }: Message): void {
  void copy(location.origin + hrefOf(conversationPlace(conversation_id, { messageId: message_id })));
}

async function copy(text: string): Promise<void> {
  if (await copyToClipboard(text)) confirm(texts.copied);
  else complain(texts.copyFailed);
}
