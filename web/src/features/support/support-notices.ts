import { client } from "../../platform/client.ts";
import { Store } from "../../platform/store.ts";
import { ownId } from "../identity/index.ts";
import { takeSupportFrame } from "./support-queries.ts";

/** Something that an agent is told of while they do something else. */
export interface SupportNotice {
  kind: "waiting" | "handed";
  conversationId: string;
  /** The conversation's subject. */
  subject: string;
}

/** The latest that nobody has looked at yet. */
export const supportNotice = new Store<SupportNotice | null>(null);

/** Customers who began to wait since the page was opened, and whom nobody has taken. */
export const waitingCustomers = new Store<ReadonlySet<string>>(new Set());

/** Follows the socket for as long as the page lives. */
export function startSupport(): void {
  client.on("support_updated", (frame) => {
    takeSupportFrame(frame);
    const { conversation_id: id, status } = frame;
    if (status === undefined) return;
    const isMine = frame.customer_id === ownId();
    setWaiting(id, status === "open" && !isMine);
    if (status !== "open" && supportNotice.get()?.kind === "waiting") dismissNoticeOf(id);
  });
  client.on("notification", ({ kind, title, data }) => {
    const { conversation_id: conversationId, by } = data;
    if (kind !== "support_assignment" || typeof conversationId !== "string") return;
    supportNotice.set({ kind: by === undefined ? "waiting" : "handed", conversationId, subject: title });
  });
  client.on("signed_out", () => {
    supportNotice.set(null);
    waitingCustomers.set(new Set());
  });
}

/** One looks at it now. */
export function dismissNoticeOf(conversationId: string): void {
  if (supportNotice.get()?.conversationId === conversationId) supportNotice.set(null);
}

function setWaiting(id: string, isWaiting: boolean): void {
  waitingCustomers.update((before) => {
    if (before.has(id) === isWaiting) return before;
    const after = new Set(before);
    if (isWaiting) after.add(id);
    else after.delete(id);
    return after;
  });
}
