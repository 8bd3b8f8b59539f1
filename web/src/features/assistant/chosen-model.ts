import type { AiMessage } from "../../../../sdk/src/index.ts";
import { KeyedStore, useKeyed } from "../../platform/store.ts";
import { useModels, useWorkspaceSettings } from "../workspace/index.ts";

/** Models that were picked on this page, by conversation. */
const picked = new KeyedStore<string>();

/** Picks the model of a conversation's next question. */
export function pickModel(conversationId: string, model: string): void {
  picked.set(conversationId, model);
}

/**
 * The model that is asked next: the one picked here, the one that answered last, the person's own default, the
 * server's, whichever is offered first.
 */
export function useChosenModel(conversationId: string, messages: readonly AiMessage[]) {
  const { models, serverDefault, fault, isMissing } = useModels();
  const own = useWorkspaceSettings()?.llm?.default_model;
  const mine = useKeyed(picked, conversationId);
  const last = messages.findLast(({ role }) => role === "Assistant")?.model;
  const wanted = [mine, last, own, serverDefault];
  const known = wanted.find((name) => models.some(({ id }) => id === name));
  const model = typeof known === "string" ? known : (serverDefault ?? models[0]?.id ?? null);
  const window = models.find(({ id }) => id === model)?.context_window ?? null;
  return { models, model, window, fault, isMissing };
}
