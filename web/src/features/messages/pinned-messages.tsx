import { useInfiniteQuery } from "@tanstack/react-query";
import { Pin } from "lucide-react";
import type { Message } from "../../../../sdk/src/index.ts";
import { conversationPlace, go } from "../../platform/address.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { MoreButton } from "../../ui/more-button.tsx";
import { Time } from "../../ui/time.tsx";
import { usePerson } from "../identity/index.ts";
import { summaryOf } from "./reply-quote.tsx";

const keyOf = (conversationId: string) => ["pins", conversationId];

/** A pin that came or went shows as a change of its message. */
export function startPins(): void {
  for (const type of ["message_edited", "message_deleted"] as const) {
    client.on(
      type,
      ({ conversation_id }) => void queries.invalidateQueries({ queryKey: keyOf(conversation_id) }),
    );
  }
}

/** What a conversation keeps at hand; each leads to its place. Nothing where nothing is pinned. */
export function PinnedMessages({ conversationId }: { conversationId: string }) {
  const pages = useInfiniteQuery({
    queryKey: keyOf(conversationId),
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      client.conversations.pins(conversationId, pageParam === "" ? {} : { cursor: pageParam }, { signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
  const pins = pages.data?.pages.flatMap((page) => page.pins) ?? [];
  if (pins.length === 0) return null;
  return (
    <section className="px-2 pb-4">
      <h3 className="px-3 pb-1 font-medium text-detail text-ink-soft">{texts.pinnedMessages}</h3>
      <ul>
        {pins.map((message) => (
          <li key={message.message_id}>
            <PinnedMessage message={message} />
          </li>
        ))}
      </ul>
      <MoreButton pages={pages} />
    </section>
  );
}

function PinnedMessage({ message }: { message: Message }) {
  const author = usePerson(message.sender_id);
  return (
    <button
      type="button"
      onClick={() => showPinned(message)}
      className="flex w-full items-start gap-3 rounded-control px-3 py-1.5 text-start hover:bg-hover"
    >
      <Pin aria-hidden size={15} strokeWidth={1.75} className="mt-1 shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium">{author?.name ?? texts.someone}</span>
          <Time at={message.created_at} show={listTime} className="shrink-0 text-detail text-ink-soft" />
        </span>
        <span dir="auto" className="line-clamp-2 text-ink-soft [overflow-wrap:anywhere]">
          {summaryOf(message)}
        </span>
      </span>
    </button>
  );
}

/** The panel stays where it stands beside the messages; elsewhere it would cover the one that is shown. */
function showPinned({ conversation_id, message_id }: Message): void {
  const isBeside = matchMedia("(min-width: 68.75rem)").matches;
  go(conversationPlace(conversation_id, { messageId: message_id, panel: isBeside ? "details" : null }));
}
