import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { Store } from "../../platform/store.ts";
import { hasOpened, ownId } from "../identity/index.ts";
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

/** Customers whom nobody has taken; for agents alone. */
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
  client.on("connection", ({ status }) => {
    if (status === "online" && hasOpened.get()) void readWaiting();
  });
  hasOpened.subscribe(() => {
    if (hasOpened.get()) void readWaiting();
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

const readAtMost = 100;

/** Who waits already; those who come later the socket tells. Without an answer the mark is missing, no more. */
async function readWaiting(): Promise<void> {
  try {
    const { role, conversations } = await client.support.list({ status: "open", limit: readAtMost });
    if (role !== "agent") return;
    const others = conversations.filter(({ customer_id }) => customer_id !== ownId());
    waitingCustomers.set(new Set(others.map(({ id }) => id)));
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
  }
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
