import { Archive, ArrowLeft, Bot, Plus } from "lucide-react";
import { useState } from "react";
import type { ListedAiConversation } from "../../../../sdk/src/index.ts";
import { aiPlace, go, newAiPlace } from "../../platform/address.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { useModels } from "../workspace/index.ts";
import { type AiStatus, useAiConversations } from "./ai-conversations.ts";

/** One's AI conversations, last changed first; the archived ones on demand. */
export function AiConversationList({ openId }: { openId: string | null }) {
  const [status, setStatus] = useState<AiStatus>("Active");
  const { pages, conversations } = useAiConversations({ status });
  const { isMissing } = useModels();
  const isArchive = status === "Archived";
  return (
    <section aria-label={texts.aiConversations} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-1 px-3 pb-2">
        {isArchive ? (
          <Button look="plain" className="-ms-2" onClick={() => setStatus("Active")}>
            <ArrowLeft aria-hidden size={16} className="rtl:-scale-x-100" />
            {texts.archivedConversations}
          </Button>
        ) : (
          <Button className="min-w-0 flex-1" onClick={() => go(newAiPlace(null))}>
            <Plus aria-hidden size={16} className="shrink-0" />
            <span className="truncate">{texts.newAiConversation}</span>
          </Button>
        )}
        {!isArchive && (
          <IconButton icon={Archive} label={texts.showArchived} onClick={() => setStatus("Archived")} />
        )}
      </div>
      {pages.isPending && <SkeletonRows />}
      {pages.isError && (
        <Empty icon={Bot} title={texts.loadFailedTitle} about={texts.offlineError}>
          <Button onClick={() => void pages.refetch()}>{texts.tryAgain}</Button>
        </Empty>
      )}
      {pages.isSuccess && conversations.length === 0 && (
        <Empty
          icon={isArchive ? Archive : Bot}
          title={isArchive ? texts.noArchivedTitle : texts.noAiConversationsTitle}
          about={
            isArchive
              ? texts.noArchivedAiAbout
              : isMissing
                ? texts.noProviderAbout
                : texts.noAiConversationsAbout
          }
        />
      )}
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-2">
        <ul>
          {conversations.map((conversation) => (
            <li key={conversation.conversation_id}>
              <Row conversation={conversation} isOpen={conversation.conversation_id === openId} />
            </li>
          ))}
        </ul>
        <MoreButton pages={pages} />
      </div>
    </section>
  );
}

function Row({ conversation, isOpen }: { conversation: ListedAiConversation; isOpen: boolean }) {
  const { conversation_id: id, title, tags, updated_at: at, answer_id: answerId } = conversation;
  return (
    <Link
      to={aiPlace(id)}
      aria-current={isOpen ? "page" : undefined}
      className={classes("mx-2 block rounded-control px-2.5 py-2", isOpen ? "bg-pressed" : "hover:bg-hover")}
    >
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
        <Time at={at} show={listTime} className="shrink-0 text-detail text-ink-soft" />
      </span>
      <span className="block truncate text-[0.8125rem] text-ink-soft">
        {answerId !== null
          ? texts.answering
          : tags.length > 0
            ? tags.join(", ")
            : texts.messageCount(conversation.message_count)}
      </span>
    </Link>
  );
}
