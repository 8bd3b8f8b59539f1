import { ArrowLeft, CircleCheck, Ellipsis, HandHelping, RotateCcw, UserPlus, XCircle } from "lucide-react";
import { useState } from "react";
import type { SupportConversation } from "../../../../sdk/src/index.ts";
import { usePageTitle } from "../../platform/page-title.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Menu, type MenuEntry } from "../../ui/menu.tsx";
import { useOwnUser } from "../identity/index.ts";
import { HandOver } from "./hand-over.tsx";
import type { useSupportActions } from "./support-actions.ts";
import { SupportStatus } from "./support-status.tsx";

type Actions = ReturnType<typeof useSupportActions>;

interface SupportHeaderProps {
  support: SupportConversation;
  /** Whether one answers here; the customer only reads how it stands. */
  isAgent: boolean;
  actions: Actions;
  onBack: () => void;
}

/** Above a support conversation: how it stands, whose it is, who has it, and what agents do with it. */
export function SupportHeader({ support, isAgent, actions, onBack }: SupportHeaderProps) {
  const { subject, status, customer_id, customer } = support;
  usePageTitle(subject ?? texts.noSubject);
  return (
    <header className="flex min-h-14 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b py-1.5 ps-2 pe-2 medium:ps-6 medium:pe-4">
      <IconButton
        icon={ArrowLeft}
        label={texts.back}
        className="medium:hidden rtl:-scale-x-100"
        onClick={onBack}
      />
      <span className="hidden medium:inline">
        {isAgent ? (
          <Avatar id={customer_id} name={customer?.display_name ?? "?"} url={customer?.avatar_url ?? null} />
        ) : (
          <Avatar id={support.id} name={subject ?? ""} url={null} kind="support" />
        )}
      </span>
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-semibold">{subject ?? texts.noSubject}</h1>
        <p className="flex min-w-0 items-center gap-2 text-detail text-ink-soft">
          <SupportStatus status={status} />
          <span className="truncate">
            <Standing support={support} isAgent={isAgent} />
          </span>
        </p>
      </div>
      {isAgent && <AgentActions support={support} actions={actions} />}
    </header>
  );
}

/** For agents who asks and who has it; for the customer who answers. */
function Standing({ support, isAgent }: Pick<SupportHeaderProps, "support" | "isAgent">) {
  const own = useOwnUser();
  const { customer, agent, status } = support;
  if (!isAgent) {
    if (status === "resolved") return texts.resolvedHint;
    if (agent !== null) return texts.agentAnswers(agent.display_name);
    return status === "open" ? texts.waitsForAgent : "";
  }
  const whose =
    agent === null
      ? texts.withNobody
      : agent.user_id === own.id
        ? texts.withYou
        : texts.withAgent(agent.display_name);
  return `${customer?.display_name ?? texts.someone} · ${whose}`;
}

function AgentActions({ support, actions }: { support: SupportConversation; actions: Actions }) {
  const own = useOwnUser();
  const [isHandingOver, setHandingOver] = useState(false);
  const { status, agent_id } = support;
  const isMine = agent_id === own.id;
  const isOpen = status === "open" || status === "assigned";
  const handOver: MenuEntry = {
    label: agent_id === null ? texts.assignTo : texts.handOver,
    icon: UserPlus,
    onSelect: () => setHandingOver(true),
  };
  const takeOver: MenuEntry = {
    label: texts.takeOver,
    icon: HandHelping,
    onSelect: () => actions.act({ handTo: own.id }),
  };
  const resolve: MenuEntry = {
    label: texts.resolve,
    icon: CircleCheck,
    onSelect: () => actions.act("resolve"),
  };
  const close: MenuEntry = { label: texts.closeSupport, icon: XCircle, onSelect: () => actions.act("close") };
  return (
    <div className="flex shrink-0 items-center gap-1">
      {status === "open" ? (
        <Button look="primary" busy={actions.isActing} onClick={() => actions.act("take")}>
          {texts.take}
        </Button>
      ) : isOpen ? (
        <Button look={isMine ? "primary" : "quiet"} busy={actions.isActing} onClick={resolve.onSelect}>
          {texts.resolve}
        </Button>
      ) : (
        <Button busy={actions.isActing} onClick={() => actions.act("reopen")}>
          <RotateCcw aria-hidden size={15} />
          {texts.reopen}
        </Button>
      )}
      {status !== "closed" && (
        <Menu
          trigger={<IconButton icon={Ellipsis} label={texts.supportActions} />}
          entries={[
            status === "assigned" && !isMine && takeOver,
            isOpen && handOver,
            status === "open" && resolve,
            close,
          ]}
        />
      )}
      {isHandingOver && (
        <HandOver
          title={handOver.label}
          agentId={agent_id}
          onClose={() => setHandingOver(false)}
          onChoose={(agentId) => {
            setHandingOver(false);
            actions.act({ handTo: agentId });
          }}
        />
      )}
    </div>
  );
}
