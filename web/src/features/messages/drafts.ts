import { KeyedStore } from "../../platform/store.ts";

/** What somebody began to write in a conversation. */
export interface Draft {
  text: string;
  replyTo: string | null;
}

const nothing: Draft = { text: "", replyTo: null };
const prefix = "parley.draft.";

/** Drafts by conversation, kept on this device until they are sent. */
const drafts = new KeyedStore<Draft>();

function read(conversationId: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(prefix + conversationId) ?? "null") as Partial<Draft> | null;
    if (kept !== null && typeof kept.text === "string")
      return { text: kept.text, replyTo: kept.replyTo ?? null };
  } catch {
    // What cannot be read is no draft.
  }
  return nothing;
}

export function draftOf(conversationId: string): Draft {
  const known = drafts.get(conversationId);
  if (known !== undefined) return known;
  const kept = read(conversationId);
  drafts.set(conversationId, kept);
  return kept;
}

export function keepDraft(conversationId: string, draft: Draft): void {
  drafts.set(conversationId, draft);
  if (draft.text === "" && draft.replyTo === null) localStorage.removeItem(prefix + conversationId);
  else localStorage.setItem(prefix + conversationId, JSON.stringify(draft));
}

/** Nobody else who signs in here sees them. */
export function forgetDrafts(): void {
  drafts.clear();
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}

/** What was begun in a conversation, for its line in the list. */
export function draftPreviewOf(conversationId: string): string | null {
  return draftOf(conversationId).text.trim().replace(/\s+/g, " ") || null;
}
