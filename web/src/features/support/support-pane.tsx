import { CloudOff, MessageCircleOff } from "lucide-react";
import { useEffect } from "react";
import { type Conversation, ParleyError, type SupportConversation } from "../../../../sdk/src/index.ts";
import { go, type Place } from "../../platform/address.ts";
import { explain } from "../../platform/explain.ts";
import { useSelected } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { conversations, loadConversation } from "../conversations/index.ts";
import { useOwnUser } from "../identity/index.ts";
import { MessagePane } from "../messages/index.ts";
import { useSupportActions } from "./support-actions.ts";
import { SupportHeader } from "./support-header.tsx";
import { dismissNoticeOf } from "./support-notices.ts";
import { useSupport, useSupportRole } from "./support-queries.ts";

interface SupportPaneProps {
  id: string;
  messageId: string | null;
  placeOf: (messageId: string) => Place;
  onBack: () => void;
}

/** One support conversation, as its customer or an agent sees it. Give it another key for another. */
export function SupportPane(props: SupportPaneProps) {
  const { id, onBack } = props;
  const support = useSupport(id);
  const role = useSupportRole();
  useEffect(() => dismissNoticeOf(id), [id]);
  if (support.data !== undefined && role !== undefined)
    return <OpenSupport {...props} support={support.data} role={role} />;
  if (!support.isError) return <SkeletonRows />;
  if (support.error instanceof ParleyError && [403, 404].includes(support.error.status))
    return (
      <Empty isPage icon={MessageCircleOff} title={texts.notFoundTitle} about={texts.notFoundAbout}>
        <Button onClick={onBack}>{texts.support}</Button>
      </Empty>
    );
  return (
    <Empty isPage icon={CloudOff} title={texts.loadFailedTitle} about={explain(support.error)}>
      <Button busy={support.isFetching} onClick={() => void support.refetch()}>
        {texts.tryAgain}
      </Button>
    </Empty>
  );
}

interface OpenSupportProps extends SupportPaneProps {
  support: SupportConversation;
  role: "customer" | "agent";
}

function OpenSupport({ support, role, messageId, placeOf, onBack }: OpenSupportProps) {
  const own = useOwnUser();
  const conversation = useShownConversation(support);
  const actions = useSupportActions(support.id);
  // An agent who asks something is a customer there.
  const isAgent = role === "agent" && support.customer_id !== own.id;
  return (
    <div className="flex h-full min-w-0 flex-col">
      <SupportHeader support={support} isAgent={isAgent} actions={actions} onBack={onBack} />
      {actions.failure !== null && (
        <div className="px-4 pt-2 medium:px-6">
          <Failure>{actions.failure}</Failure>
        </div>
      )}
      {conversation !== null && (
        <MessagePane
          conversation={conversation}
          messageId={messageId}
          placeOf={placeOf}
          addressee={(isAgent ? support.customer : support.agent)?.display_name ?? texts.support}
          {...(support.status === "closed" ? { closed: <ClosedNotice isAgent={isAgent} /> } : {})}
        />
      )}
    </div>
  );
}

function ClosedNotice({ isAgent }: { isAgent: boolean }) {
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 border-line border-t px-6 py-3 text-ink-soft">
      {texts.supportClosed}
      {!isAgent && <Button onClick={() => go({ name: "new", kind: "support" })}>{texts.askForHelp}</Button>}
    </div>
  );
}

/**
 * The conversation as the app knows it where one is in it; null while it is read. An agent sees it before that: then
 * it is what support says of it, with nothing that would be unread.
 */
function useShownConversation(support: SupportConversation): Conversation | null {
  const own = useOwnUser();
  const { id } = support;
  const known = useSelected(conversations, ({ byId }) => byId.get(id));
  const isIn = support.customer_id === own.id || support.agent_id === own.id;
  const mustLoad = isIn && known === undefined;
  useEffect(() => {
    if (mustLoad) void loadConversation(id);
  }, [id, mustLoad]);
  if (known !== undefined) return known;
  return isIn ? null : seenFromOutside(support);
}

function seenFromOutside(support: SupportConversation): Conversation {
  const { id, subject, customer_id, seq, version, created_at, updated_at, last_message_at } = support;
  return {
    id,
    type: "support",
    title: subject,
    description: null,
    avatar_url: null,
    created_by: customer_id,
    created_at,
    updated_at,
    is_e2ee_enabled: false,
    visibility: null,
    permissions: null,
    slow_mode_seconds: 0,
    participant_count: support.agent_id === null ? 1 : 2,
    seq,
    version,
    last_message_at,
    last_message: null,
    last_read_seq: seq,
    unread_count: 0,
    archived: false,
    muted: false,
    muted_until: null,
  };
}
