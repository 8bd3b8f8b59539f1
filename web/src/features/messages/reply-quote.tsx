import { useQuery } from "@tanstack/react-query";
import { CornerUpLeft } from "lucide-react";
import type { Message } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { plainOf } from "../../platform/markup.ts";
import { texts } from "../../platform/texts.ts";
import { usePerson } from "../identity/index.ts";
import { findLog } from "./logs.ts";

/** Some message by its id: from the log, or asked for. */
export function useMessage(conversationId: string, messageId: string | null): Message | undefined {
  const known = messageId === null ? undefined : findLog(conversationId)?.find(messageId);
  const asked = useQuery({
    queryKey: ["message", messageId],
    queryFn: () => client.messages.get(messageId ?? ""),
    enabled: known === undefined && messageId !== null,
    staleTime: 5 * 60_000,
  });
  return known ?? asked.data;
}

/** A message in one line. */
export function summaryOf(message: Pick<Message, "content" | "deleted_at" | "is_encrypted">): string {
  if (message.deleted_at !== null) return texts.deletedPreview;
  if (message.is_encrypted) return texts.encryptedPreview;
  return plainOf(message.content.slice(0, 400)) || texts.attachmentPreview;
}

interface ReplyQuoteProps {
  conversationId: string;
  messageId: string;
  onShow: (messageId: string) => void;
}

/** What a message replies to; leads there. */
export function ReplyQuote({ conversationId, messageId, onShow }: ReplyQuoteProps) {
  const message = useMessage(conversationId, messageId);
  const author = usePerson(message?.sender_id ?? "");
  const name = author?.name ?? texts.someone;
  const summary = message === undefined ? "…" : summaryOf(message);
  return (
    <button
      type="button"
      onClick={() => onShow(messageId)}
      className="mb-0.5 flex h-5 max-w-full items-center gap-1.5 rounded-small text-detail text-ink-soft hover:text-ink"
    >
      <CornerUpLeft aria-hidden size={13} className="shrink-0 rtl:-scale-x-100" />
      <span className="sr-only">{texts.inReplyTo}</span>
      <span className="shrink-0 font-medium">{name}</span>
      <span className="truncate">{summary}</span>
    </button>
  );
}
