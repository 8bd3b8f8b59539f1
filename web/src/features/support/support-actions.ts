import { useMutation } from "@tanstack/react-query";
import type { SupportConversation } from "../../../../sdk/src/index.ts";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { texts } from "../../platform/texts.ts";
import { useOwnUser } from "../identity/index.ts";
import { putSupport, readSupportAgain } from "./support-queries.ts";

type Verb = "take" | "resolve" | "close" | "reopen" | { handTo: string };

/** What agents do with a conversation, one thing at a time; a refusal is told until the next. */
export function useSupportActions(id: string) {
  const own = useOwnUser();
  const action = useMutation({
    mutationFn: (verb: Verb) => act(id, verb, own.id),
    onSuccess: putSupport,
    // Not waited for: without a server it takes long, and the refusal is told now.
    onError: () => void readSupportAgain(id),
  });
  return {
    act: action.mutate,
    isActing: action.isPending,
    failure: action.isError ? wordsOf(action.error) : null,
    forgetFailure: action.reset,
  };
}

function wordsOf(error: Error): string {
  return error instanceof TakenByOther ? texts.supportTakenBy(error.agentName) : explain(error);
}

function act(id: string, verb: Verb, ownId: string): Promise<SupportConversation> {
  if (verb === "take") return take(id, ownId);
  if (typeof verb === "object") return client.support.assign(id, verb.handTo);
  return client.support[verb](id);
}

/** Of two who take it at once one gets it; the other is told who. */
async function take(id: string, ownId: string): Promise<SupportConversation> {
  try {
    return await client.support.assign(id);
  } catch (error) {
    if (!(error instanceof ParleyError && error.code === "CONFLICT")) throw error;
    const { agent } = await client.support.get(id);
    if (agent === null || agent.user_id === ownId) throw error;
    throw new TakenByOther(agent.display_name);
  }
}

class TakenByOther extends Error {
  readonly agentName: string;

  constructor(agentName: string) {
    super(`taken by ${agentName}`);
    this.agentName = agentName;
  }
}
