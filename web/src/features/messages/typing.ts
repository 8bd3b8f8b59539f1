import { client } from "../../platform/client.ts";
import { KeyedStore, useKeyed } from "../../platform/store.ts";
import { ownId } from "../identity/index.ts";

/** A client that went away says nothing more: its typing ends by itself. */
const forgottenAfterMs = 6_000;
const repeatedAfterMs = 3_000;

const typists = new KeyedStore<readonly string[]>();
const endings = new Map<string, ReturnType<typeof setTimeout>>();
const nobody: readonly string[] = [];

export function startTyping(): void {
  client.on("typing", ({ conversation_id, user_id, is_typing }) => {
    if (user_id === ownId()) return;
    if (is_typing) began(conversation_id, user_id);
    else ended(conversation_id, user_id);
  });
  client.on("chat", ({ conversation_id, sender_id }) => ended(conversation_id, sender_id));
}

function began(conversationId: string, userId: string): void {
  const key = `${conversationId} ${userId}`;
  clearTimeout(endings.get(key));
  endings.set(
    key,
    setTimeout(() => ended(conversationId, userId), forgottenAfterMs),
  );
  const known = typists.get(conversationId) ?? nobody;
  if (!known.includes(userId)) typists.set(conversationId, [...known, userId]);
}

function ended(conversationId: string, userId: string): void {
  const key = `${conversationId} ${userId}`;
  clearTimeout(endings.get(key));
  endings.delete(key);
  const known = typists.get(conversationId) ?? nobody;
  if (known.includes(userId))
    typists.set(
      conversationId,
      known.filter((id) => id !== userId),
    );
}

/** Ids of the others who type here now. */
export function useTypists(conversationId: string): readonly string[] {
  return useKeyed(typists, conversationId) ?? nobody;
}

let said: { conversationId: string; at: number } | null = null;

/** Tells the others that one types; as often as it takes, not as often as keys are pressed. */
export function sayTyping(conversationId: string): void {
  const now = Date.now();
  if (said?.conversationId === conversationId && now - said.at < repeatedAfterMs) return;
  if (client.realtime.typing(conversationId, true)) said = { conversationId, at: now };
}

export function sayTypingEnded(conversationId: string): void {
  if (said?.conversationId !== conversationId) return;
  said = null;
  client.realtime.typing(conversationId, false);
}
