import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { byId } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { type MessageViews, replyList, type Threads } from "../messages/index.ts";
import { followedList } from "./threads.lists.ts";
import {
  followedThread,
  listThreadsQuery,
  markThreadReadBody,
  presentThreadState,
  thread,
  threadState,
} from "./threads.schema.ts";
import type { FollowedThreads } from "./threads.service.ts";

const tag = "Threads";

/** A message and the replies to it, and who follows them. */
export function threadsRoutes(threads: Threads, followed: FollowedThreads, views: MessageViews): Route[] {
  return [threadRoute(threads, followed, views), followedRoute(followed, views), ...stateRoutes(followed)];
}

function threadRoute(threads: Threads, followed: FollowedThreads, views: MessageViews): Route {
  return route(
    {
      method: "GET",
      path: "/messages/:id/thread",
      id: "getThread",
      tag,
      summary: "A message and the replies to it, oldest first; a reply answers the thread it is in",
      params: byId,
      query: listQueryOf(replyList, "a reply's text"),
      success: [{ status: 200, about: "The root and a page of replies", schema: thread }],
      errors: ["NOT_FOUND", "FORBIDDEN"],
    },
    async ({ params, query }, actor) => {
      const root = await threads.requireRoot(actor, params.id);
      const asked = askedPage(`thread ${root.message_id}`, replyList, query);
      const { shown, nextCursor } = asked.shownOf(await threads.replies(root, asked.page));
      const [rootView, messages, state] = await Promise.all([
        views.showOne(root),
        views.show(root.conversation_id, shown),
        followed.stateOf(actor, root),
      ]);
      const { conversation_id: _c, thread_root_id: _t, ...own } = presentThreadState(state);
      return {
        root: rootView,
        messages,
        reply_count: rootView.reply_count ?? 0,
        ...own,
        next_cursor: nextCursor,
      };
    },
  );
}

function followedRoute(followed: FollowedThreads, views: MessageViews): Route {
  return route(
    {
      method: "GET",
      path: "/threads",
      id: "listThreads",
      tag,
      summary: "Threads that one follows, latest reply first where nothing else is asked for",
      query: listThreadsQuery,
      success: [
        {
          status: 200,
          about: "A page of threads",
          schema: z.object({ threads: z.array(followedThread), next_cursor: z.string().nullable() }),
        },
      ],
      errors: ["NOT_FOUND", "FORBIDDEN"],
    },
    async ({ query }, actor) => {
      const { unread: isUnread = false, conversation_id: conversationId = null } = query;
      const asked = askedPage("threads", followedList, query);
      const rows = await followed.list(actor, { isUnread, conversationId, page: asked.page });
      const { shown, nextCursor } = asked.shownOf(rows);
      const roots = await views.showByIds(
        actor,
        shown.map((row) => row.root_id),
      );
      return {
        threads: shown.flatMap((row) => {
          const root = roots.get(row.root_id);
          if (root === undefined) return [];
          return [
            {
              root,
              conversation_id: row.conversation_id,
              thread_root_id: row.root_id,
              reply_count: root.reply_count ?? 0,
              last_reply_at: row.last_reply_seq === null ? null : isoTime(row.active_at),
              following: true,
              last_read_seq: row.last_read_seq,
              unread_count: row.unread_count,
              last_reply_seq: row.last_reply_seq ?? 0,
            },
          ];
        }),
        next_cursor: nextCursor,
      };
    },
  );
}

function stateRoutes(followed: FollowedThreads): Route[] {
  const shared = {
    tag,
    params: byId,
    success: [{ status: 200 as const, about: "What the thread is to the caller", schema: threadState }],
    // A mark of one's own, as what one has read.
    own: true,
  };
  return [
    route(
      {
        ...shared,
        method: "POST",
        path: "/messages/:id/follow",
        id: "followThread",
        summary: "Follow the thread of a message",
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => presentThreadState(await followed.follow(actor, params.id, true)),
    ),
    route(
      {
        ...shared,
        method: "DELETE",
        path: "/messages/:id/follow",
        id: "unfollowThread",
        summary: "Hear no more of a thread, until one writes in it again",
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => presentThreadState(await followed.follow(actor, params.id, false)),
    ),
    route(
      {
        ...shared,
        method: "POST",
        path: "/messages/:id/thread/mark-read",
        id: "markThreadRead",
        summary: "Say how far one has read a thread that one follows",
        body: markThreadReadBody,
        bodyOptional: true,
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) =>
        presentThreadState(await followed.markRead(actor, params.id, body.seq)),
    ),
  ];
}
