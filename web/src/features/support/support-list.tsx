import { LifeBuoy, SquarePen } from "lucide-react";
import type { SupportConversation } from "../../../../sdk/src/index.ts";
import { go, type SupportView, supportPlace, supportViews } from "../../platform/address.ts";
import { explain } from "../../platform/explain.ts";
import { useSelected } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { agoTime, listTime } from "../../platform/times.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { classes } from "../../ui/classes.ts";
import { Empty } from "../../ui/empty.tsx";
import { Link } from "../../ui/link.tsx";
import { MoreButton } from "../../ui/more-button.tsx";
import { arrowKeys } from "../../ui/move-by-arrows.ts";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { Time } from "../../ui/time.tsx";
import { UnreadCount } from "../../ui/unread-count.tsx";
import { conversations } from "../conversations/index.ts";
import { useOwnUser } from "../identity/index.ts";
import { useSupportList, useSupportRole } from "./support-queries.ts";
import { SupportStatus } from "./support-status.tsx";

interface SupportListProps {
  openId: string | null;
  /** What an agent wants to see; null: who waits. */
  show: SupportView | null;
}

/** For customers their own questions; for agents everybody's, by what there is to do. */
export function SupportList({ openId, show }: SupportListProps) {
  const role = useSupportRole();
  const view = role === "agent" ? (show ?? "unassigned") : null;
  const list = useSupportList(view, role !== undefined);
  const rows = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  return (
    <section aria-label={texts.support} className="flex h-full min-h-0 flex-col">
      <header className="flex h-14 shrink-0 items-center gap-1 ps-4 pe-2">
        <h1 className="flex-1 font-semibold text-heading">{texts.support}</h1>
        <IconButton
          icon={SquarePen}
          label={texts.askForHelp}
          onClick={() => go({ name: "new", kind: "support" })}
        />
      </header>
      {view !== null && <Views view={view} />}
      {list.isLoadingError ? (
        <div className="p-4">
          <Failure>{explain(list.error)}</Failure>
        </div>
      ) : list.isPending ? (
        <SkeletonRows />
      ) : rows.length === 0 ? (
        <Nothing view={view} />
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-2">
          <ul {...arrowKeys}>
            {rows.map((each) => (
              <li key={each.id}>
                <SupportRow conversation={each} isOpen={each.id === openId} view={view} />
              </li>
            ))}
          </ul>
          <MoreButton pages={list} />
        </div>
      )}
    </section>
  );
}

function Views({ view }: { view: SupportView }) {
  return (
    <nav aria-label={texts.supportViews} className="flex shrink-0 gap-1 overflow-x-auto px-3 pb-2">
      {supportViews.map((each) => (
        <Link
          key={each}
          to={supportPlace(null, { show: each })}
          replace
          aria-current={each === view ? "page" : undefined}
          className={classes(
            "shrink-0 rounded-control px-2 py-1.5 text-[0.8125rem]",
            each === view ? "bg-pressed font-medium" : "text-ink-soft hover:bg-hover hover:text-ink",
          )}
        >
          {texts.supportViewNames[each]}
        </Link>
      ))}
    </nav>
  );
}

function Nothing({ view }: { view: SupportView | null }) {
  if (view !== null)
    return (
      <Empty icon={LifeBuoy} title={texts.supportEmpty[view].title} about={texts.supportEmpty[view].about} />
    );
  return (
    <Empty icon={LifeBuoy} title={texts.noQuestionsTitle} about={texts.noQuestionsAbout}>
      <Button look="primary" onClick={() => go({ name: "new", kind: "support" })}>
        {texts.askForHelp}
      </Button>
    </Empty>
  );
}

interface SupportRowProps {
  conversation: SupportConversation;
  isOpen: boolean;
  view: SupportView | null;
}

function SupportRow({ conversation, isOpen, view }: SupportRowProps) {
  const { id, status, subject, customer, customer_id, last_message_at, updated_at, created_at } =
    conversation;
  const unread = useUnread(conversation);
  const isAgent = view !== null;
  return (
    <Link
      to={supportPlace(id, { show: view })}
      aria-current={isOpen ? "page" : undefined}
      className={classes(
        "mx-2 flex items-center gap-3 rounded-control px-2.5 py-2",
        isOpen ? "bg-pressed" : "hover:bg-hover",
      )}
    >
      {isAgent ? (
        <Avatar id={customer_id} name={customer?.display_name ?? "?"} url={customer?.avatar_url ?? null} />
      ) : (
        <Avatar id={id} name={subject ?? ""} url={null} kind="support" />
      )}
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={classes("min-w-0 flex-1 truncate", unread > 0 ? "font-semibold" : "font-medium")}>
            {subject ?? texts.noSubject}
          </span>
          {status === "open" ? (
            <Time at={updated_at} show={agoTime} className="shrink-0 text-detail text-ink-soft" />
          ) : (
            <Time
              at={last_message_at ?? created_at}
              show={listTime}
              className="shrink-0 text-detail text-ink-soft"
            />
          )}
        </span>
        <span className="mt-0.5 flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate text-[0.8125rem] text-ink-soft">
            {isAgent ? (customer?.display_name ?? texts.someone) : <Standing conversation={conversation} />}
          </span>
          <SupportStatus status={status} />
          {unread > 0 && !isOpen && <UnreadCount count={unread} />}
        </span>
      </span>
    </Link>
  );
}

/** A customer's question: who has it. */
function Standing({ conversation: { status, agent } }: { conversation: SupportConversation }) {
  if (status === "open") return texts.waitsForAgent;
  return agent === null ? "" : texts.withAgent(agent.display_name);
}

/** Of conversations that one is in; what others have to answer is nobody's unread. */
function useUnread({ id, customer_id, agent_id, unread_count }: SupportConversation): number {
  const own = useOwnUser();
  const known = useSelected(conversations, ({ byId }) => byId.get(id)?.unread_count);
  return known ?? (own.id === customer_id || own.id === agent_id ? unread_count : 0);
}
