import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Answer } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failure } from "../../ui/notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { askPresence, useOwnUser, usePresence } from "../identity/index.ts";

type Agent = Answer<"listSupportAgents">["agents"][number];

interface HandOverProps {
  title: string;
  /** Who has it already. */
  agentId: string | null;
  onChoose: (agentId: string) => void;
  onClose: () => void;
}

/** Choosing the agent who goes on. */
export function HandOver({ title, agentId, onChoose, onClose }: HandOverProps) {
  const agents = useQuery({
    queryKey: ["support", "agents"],
    queryFn: ({ signal }) => client.support.agents({ signal }),
  });
  const others = agents.data?.filter(({ user_id }) => user_id !== agentId) ?? [];
  useEffect(() => {
    // Who is here is only shown beside the names: without an answer nothing is missing.
    if (agents.data !== undefined)
      askPresence(agents.data.map(({ user_id }) => user_id)).catch(() => undefined);
  }, [agents.data]);
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="p-3">
        {agents.isPending && <SkeletonRows />}
        {agents.isError && <Failure>{explain(agents.error)}</Failure>}
        {agents.isSuccess && others.length === 0 && (
          <p className="px-3 py-6 text-center text-ink-soft">{texts.noOtherAgents}</p>
        )}
        <ul aria-label={texts.agents} className="flex flex-col medium:max-h-80 medium:overflow-y-auto">
          {others.map((agent) => (
            <li key={agent.user_id}>
              <AgentButton agent={agent} onClick={() => onChoose(agent.user_id)} />
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function AgentButton({ agent, onClick }: { agent: Agent; onClick: () => void }) {
  const own = useOwnUser();
  const presence = usePresence(agent.user_id);
  return (
    <button
      type="button"
      onClick={onClick}
      className="flex w-full items-center gap-3 rounded-control px-2 py-2 text-start hover:bg-hover"
    >
      <Avatar id={agent.user_id} name={agent.display_name} url={agent.avatar_url} online={presence?.online} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {agent.display_name}
          {agent.user_id === own.id && <span className="text-ink-soft"> ({texts.you})</span>}
          {presence?.online === true && <span className="sr-only">, {texts.online}</span>}
        </span>
        <span className="block truncate text-detail text-ink-soft">
          <bdi>@{agent.username}</bdi>
        </span>
      </span>
    </button>
  );
}
