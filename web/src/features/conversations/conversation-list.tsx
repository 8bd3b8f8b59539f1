import { useVirtualizer } from "@tanstack/react-virtual";
import { Archive, ArrowLeft, MessagesSquare, SquarePen } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { go } from "../../platform/address.ts";
import { useStore } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { arrowKeys } from "../../ui/move-by-arrows.ts";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { ConversationRow } from "./conversation-row.tsx";
import { conversations, loadConversations, loadMoreConversations } from "./conversation-store.ts";
import { useConversationList } from "./use-conversations.ts";

interface ConversationListProps {
  openId: string | null;
  /** What stands above one's conversations. */
  above: ReactNode;
  draftOf: (id: string) => string | null;
}

const rowHeight = 60;
/** The next page is asked for this many rows before the end. */
const lookAhead = 20;

/** One's conversations, latest message first; the archived ones on demand. */
export function ConversationList({ openId, above, draftOf }: ConversationListProps) {
  const [name, setName] = useState<"current" | "archived">("current");
  const list = useConversationList(name);
  const isArchive = name === "archived";
  return (
    <section aria-label={texts.conversations} className="flex h-full min-h-0 flex-col">
      <header className="flex h-14 shrink-0 items-center gap-1 ps-4 pe-2">
        {isArchive && (
          <IconButton
            icon={ArrowLeft}
            label={texts.showCurrent}
            className="-ms-2 rtl:-scale-x-100"
            onClick={() => setName("current")}
          />
        )}
        <h1 className="flex-1 font-semibold text-heading">
          {isArchive ? texts.archivedConversations : texts.chats}
        </h1>
        {!isArchive && (
          <IconButton icon={Archive} label={texts.showArchived} onClick={() => setName("archived")} />
        )}
        {!isArchive && (
          <IconButton
            icon={SquarePen}
            label={texts.newConversation}
            keys="N"
            onClick={() => go({ name: "new", kind: "direct" })}
          />
        )}
      </header>
      {!isArchive && above}
      {list.order.length > 0 ? (
        <Rows key={name} name={name} order={list.order} openId={openId} draftOf={draftOf} />
      ) : list.status === "failed" ? (
        <Empty icon={MessagesSquare} title={texts.loadFailedTitle} about={texts.offlineError}>
          <Button onClick={() => void loadConversations(name)}>{texts.tryAgain}</Button>
        </Empty>
      ) : list.status !== "ready" ? (
        <SkeletonRows />
      ) : isArchive ? (
        <Empty icon={Archive} title={texts.noArchivedTitle} about={texts.noArchivedAbout} />
      ) : (
        <Empty icon={MessagesSquare} title={texts.noConversationsTitle} about={texts.noConversationsAbout}>
          <Button look="primary" onClick={() => go({ name: "new", kind: "direct" })}>
            {texts.newDirect}
          </Button>
          <Button onClick={() => go({ name: "new", kind: "group" })}>{texts.newGroup}</Button>
        </Empty>
      )}
    </section>
  );
}

interface RowsProps extends Omit<ConversationListProps, "above"> {
  name: "current" | "archived";
  order: readonly string[];
}

function Rows({ name, order, openId, draftOf }: RowsProps) {
  const { byId } = useStore(conversations);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => order[index] ?? index,
    overscan: 8,
    paddingEnd: 8,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last + lookAhead >= order.length) void loadMoreConversations(name);
  }, [last, order.length, name]);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
      <div className="relative" style={{ height: virtualizer.getTotalSize() }} {...arrowKeys}>
        <ul className="contents">
          {items.map((item) => {
            const conversation = byId.get(order[item.index] ?? "");
            return (
              <li
                key={item.key}
                className="absolute inset-x-0 top-0"
                style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
              >
                {conversation !== undefined && (
                  <ConversationRow
                    conversation={conversation}
                    isOpen={conversation.id === openId}
                    draft={draftOf(conversation.id)}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
