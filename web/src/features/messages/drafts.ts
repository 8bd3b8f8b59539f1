import type { Message } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { KeyedStore } from "../../platform/store.ts";
import { session } from "../identity/index.ts";

/** What somebody began to write in a conversation. */
export interface Draft {
  text: string;
  replyTo: string | null;
}

/** Another text of a message that was sent, begun and not saved. */
interface Edit {
  message: Message;
  text: string;
}

const nothing: Draft = { text: "", replyTo: null };
const prefix = "parley.draft.";

/** Drafts by person and conversation, kept on this device until they are sent or their writer signs out. */
const drafts = new KeyedStore<Draft>();

/** By the draft in whose place they are written, for as long as the page lives. */
const edits = new Map<string, Edit>();

/** Drafts outlive a session that ended by itself; who signs in here next does not see another's. */
export function draftKey(conversationId: string): string {
  const now = session.get();
  return `${prefix}${now.status === "signedIn" ? now.user.id : ""}.${conversationId}`;
}

function read(key: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Partial<Draft> | null;
    if (kept !== null && typeof kept.text === "string")
      return { text: kept.text, replyTo: kept.replyTo ?? null };
  } catch {
    // What cannot be read is no draft.
  }
  return nothing;
}

export function draftOf(conversationId: string): Draft {
  const key = draftKey(conversationId);
  const known = drafts.get(key);
  if (known !== undefined) return known;
  const kept = read(key);
  drafts.set(key, kept);
  return kept;
}

export function keepDraft(conversationId: string, draft: Draft): void {
  const key = draftKey(conversationId);
  drafts.set(key, draft);
  if (draft.text === "" && draft.replyTo === null) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(draft));
}

export function editOf(conversationId: string): Edit | undefined {
  return edits.get(draftKey(conversationId));
}

/** @param edit null: it was saved or given up. */
export function keepEdit(conversationId: string, edit: Edit | null): void {
  if (edit === null) edits.delete(draftKey(conversationId));
  else edits.set(draftKey(conversationId), edit);
}

/** Forgets them when somebody signs out. */
export function startDrafts(): void {
  client.on("signed_out", ({ reason }) => {
    if (reason !== "logout") return;
    drafts.clear();
    edits.clear();
    for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
  });
}

/** What was begun in a conversation, for its line in the list. */
export function draftPreviewOf(conversationId: string): string | null {
  return draftOf(conversationId).text.trim().replace(/\s+/g, " ") || null;
}
