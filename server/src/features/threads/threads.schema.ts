import { z } from "zod";
import { flagQuery, idField, timeField } from "../../platform/http/fields.ts";
import { listQueryOf } from "../../platform/http/page.ts";
import { message } from "../messages/index.ts";
import type { ThreadState } from "./threads.events.ts";
import { followedList } from "./threads.lists.ts";

export const listThreadsQuery = listQueryOf(followedList, "the text of the message it begins with").extend({
  unread: flagQuery,
  conversation_id: idField.optional(),
});

export const markThreadReadBody = z.object({
  seq: z
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: "Up to this reply; without it, up to the last." }),
});

const stateFields = {
  following: z.boolean().meta({
    description: "Who wrote the root or a reply, or is mentioned there, follows until they say otherwise.",
  }),
  last_read_seq: z.number().int(),
  unread_count: z
    .number()
    .int()
    .meta({ description: "Others' replies after `last_read_seq`; 0 for whoever does not follow." }),
  last_reply_seq: z.number().int().meta({
    description: "The last reply that is counted; 0: there is none. A state with a smaller one is older.",
  }),
};

/** What a thread is to the caller. */
export const threadState = z
  .object({ conversation_id: idField, thread_root_id: idField, ...stateFields })
  .meta({ id: "ThreadState" });

export const thread = z.object({
  root: message,
  messages: z.array(message),
  reply_count: z.number().int(),
  ...stateFields,
  next_cursor: z.string().nullable(),
});

export const followedThread = z
  .object({
    root: message,
    conversation_id: idField,
    thread_root_id: idField,
    reply_count: z.number().int(),
    last_reply_at: timeField.nullable(),
    ...stateFields,
  })
  .meta({ id: "FollowedThread" });

export function presentThreadState({
  conversationId,
  rootId,
  isFollowing,
  lastReadSeq,
  unreadCount,
  lastReplySeq,
}: ThreadState): z.output<typeof threadState> {
  return {
    conversation_id: conversationId,
    thread_root_id: rootId,
    following: isFollowing,
    last_read_seq: lastReadSeq,
    unread_count: unreadCount,
    last_reply_seq: lastReplySeq,
  };
}
