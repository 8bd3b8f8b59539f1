import type { Message, OutboxEntry } from "../../../../sdk/src/index.ts";
import { dayOf } from "../../platform/times.ts";
import { findUploaded } from "./attachments.ts";
import { later, type MessageLog } from "./message-log.ts";

/** Messages of one author within this time stand together. */
const groupMs = 5 * 60_000;

export type SendState = "sending" | "failed" | Message["status"];

/** How a row stands to the one above it. */
export interface RowAppearance {
  /** Shows who wrote it. */
  opensGroup: boolean;
  /** When set, the separator of this day stands above. */
  day: number | null;
  opensUnread: boolean;
}

interface Neighbour {
  sender_id: string;
  created_at: string;
  message_type: Message["message_type"];
}

/** @param above what stands directly above; undefined when that is not known yet, null when nothing does. */
export function appearanceOf(
  message: Message,
  above: Neighbour | undefined | null,
  firstUnread: number | null,
): RowAppearance {
  const at = Date.parse(message.created_at);
  const opensUnread = message.seq === firstUnread;
  if (above === undefined) return { opensGroup: true, day: null, opensUnread };
  if (above === null) return { opensGroup: true, day: at, opensUnread };
  const aboveAt = Date.parse(above.created_at);
  const isOtherDay = dayOf(at) !== dayOf(aboveAt);
  const continues =
    !isOtherDay &&
    !opensUnread &&
    above.sender_id === message.sender_id &&
    above.message_type !== "system" &&
    message.reply_to === null &&
    at - aboveAt < groupMs;
  return { opensGroup: !continues, day: isOtherDay ? at : null, opensUnread };
}

/** A message on its way, in the shape of one that has its place already. */
export function pendingMessage(entry: OutboxEntry, place: number): Message {
  return {
    message_id: entry.id,
    conversation_id: entry.conversation_id,
    sender_id: entry.user_id,
    content: entry.content ?? "",
    is_encrypted: entry.is_encrypted ?? false,
    message_type: entry.message_type ?? "text",
    metadata: entry.metadata ?? {},
    created_at: entry.created_at,
    seq: place,
    version: 0,
    reply_to: entry.metadata?.reply_to ?? null,
    thread_root_id: null,
    mentions: entry.metadata?.mentions ?? [],
    attachments: (entry.metadata?.attachments ?? [])
      .map((id) => findUploaded(id))
      .filter((each) => each !== undefined),
    reactions: [],
    edited_at: null,
    deleted_at: null,
    pinned_at: null,
    pinned_by: null,
    client_message_id: entry.id,
    status: "sent",
  };
}

export function stateOf(entry: OutboxEntry): SendState {
  if (entry.state === "failed") return "failed";
  return entry.state === "sent" ? "sent" : "sending";
}

/** Between two people the other's marks may know more than the message as it was last answered. */
export function statusOf(message: Message, log: MessageLog, otherId: string | null): Message["status"] {
  const marks = otherId === null ? undefined : log.marksOf(otherId);
  if (marks === undefined) return message.status;
  const marked = marks.read >= message.seq ? "read" : marks.delivered >= message.seq ? "delivered" : "sent";
  return later(message.status, marked);
}
