import { z } from "zod";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { byId } from "../../platform/http/fields.ts";
import { shownOf } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { message, messageBody, messagePage, pageQuery } from "../messages/index.ts";
import {
  assignBody,
  listQuery,
  openBody,
  readBody,
  supportConversation,
  supportList,
  supportPerson,
} from "./support.schema.ts";
import type { SupportDesk } from "./support-desk.ts";

const tag = "Support";

export function supportRoutes(desk: SupportDesk): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/support/conversations",
        id: "openSupportConversation",
        tag,
        summary: "Ask for help",
        body: openBody,
        success: [{ status: 201, about: "The conversation", schema: supportConversation }],
        errors: ["FORBIDDEN"],
        rates: ["messages"],
      },
      async ({ body }, actor) => created(await desk.open(actor, body.subject ?? null, body.message)),
    ),
    route(
      {
        method: "GET",
        path: "/support/conversations",
        id: "listSupportConversations",
        tag,
        summary: "One's own support conversations, or for agents all",
        query: listQuery,
        success: [{ status: 200, about: "A page of conversations", schema: supportList }],
      },
      async ({ query }, actor) => {
        const { status, assignee, customer: customerId, sort, limit, cursor } = query;
        const agentId = assignee === "none" ? null : assignee === "me" ? actor.userId : assignee;
        const after = cursor === undefined ? undefined : readCursor(cursor);
        const oldestFirst = sort === "oldest";
        const filter = { status, agentId, customerId, oldestFirst, after, limit: limit + 1 };
        const found = await desk.list(actor, filter);
        const { shown, nextCursor } = shownOf("support", { limit }, found, (row) => [
          Date.parse(row.created_at),
          row.id,
        ]);
        return { conversations: shown, next_cursor: nextCursor, role: desk.roleOf(actor) };
      },
    ),
    route(
      {
        method: "GET",
        path: "/support/conversations/:id",
        id: "getSupportConversation",
        tag,
        summary: "One support conversation",
        params: byId,
        success: [{ status: 200, about: "The conversation", schema: supportConversation }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
        etag: true,
      },
      async ({ params }, actor) => desk.get(actor, params.id),
    ),
    route(
      {
        method: "GET",
        path: "/support/agents",
        id: "listSupportAgents",
        tag,
        summary: "To whom a conversation can be handed; for agents",
        success: [
          {
            status: 200,
            about: "Agents by name, but for those who are banned or switched off",
            schema: z.object({ agents: z.array(supportPerson) }),
          },
        ],
        errors: ["FORBIDDEN"],
      },
      async (_, actor) => ({ agents: await desk.listAgents(actor) }),
    ),
    ...messageRoutes(desk),
    ...statusRoutes(desk),
  ];
}

function messageRoutes(desk: SupportDesk): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/support/conversations/:id/messages",
        id: "listSupportMessages",
        tag,
        summary: "A support conversation's messages, newest first",
        params: byId,
        query: pageQuery.extend({ cursor: pageQuery.shape.page_state }),
        success: [
          {
            status: 200,
            about: "A page of messages; `next_cursor` and `next_page_state` are the same",
            schema: messagePage.extend({ next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const { cursor, ...page } = query;
        const place = { ...page, page_state: cursor ?? page.page_state };
        const { data, nextPageState } = await desk.listMessages(actor, params.id, place);
        return data.with({ next_cursor: nextPageState });
      },
    ),
    route(
      {
        method: "POST",
        path: "/support/conversations/:id/messages",
        id: "sendSupportMessage",
        tag,
        summary: "Write in a support conversation",
        description:
          "A customer's reply reopens a resolved conversation; a closed one takes none. An agent who writes takes part.",
        params: byId,
        body: messageBody,
        success: [
          { status: 201, about: "The message", schema: message },
          { status: 200, about: "The message that this key made before", schema: message },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
        rates: ["messages"],
      },
      async ({ params, body, header }, actor) => desk.send(actor, params.id, body, header("idempotency-key")),
    ),
    route(
      {
        method: "POST",
        path: "/support/conversations/:id/read",
        id: "readSupportConversation",
        tag,
        own: true,
        summary: "Mark as read up to `seq`, or all",
        params: byId,
        body: readBody,
        bodyOptional: true,
        success: [
          {
            status: 200,
            about: "Where the caller stands now",
            schema: z.object({ last_read_seq: z.number().int(), unread_count: z.number().int() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => desk.read(actor, params.id, body.seq ?? null),
    ),
  ];
}

function statusRoutes(desk: SupportDesk): Route[] {
  const answered = [{ status: 200 as const, about: "The conversation", schema: supportConversation }];
  const led = (verb: "resolve" | "close" | "reopen", summary: string): Route =>
    route(
      {
        method: "POST",
        path: `/support/conversations/:id/${verb}`,
        id: `${verb}SupportConversation`,
        tag,
        summary,
        params: byId,
        success: answered,
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => desk.lead(actor, verb, params.id),
    );
  return [
    route(
      {
        method: "POST",
        path: "/support/conversations/:id/assign",
        id: "assignSupportConversation",
        tag,
        summary: "Take a conversation, or hand it to another agent",
        description: "Of two agents who take one at once, the second gets 409.",
        params: byId,
        body: assignBody,
        bodyOptional: true,
        success: answered,
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) => desk.assign(actor, params.id, body.agent_id ?? null),
    ),
    led("resolve", "Say that the question is answered; for agents"),
    led("close", "End the conversation; for agents"),
    led("reopen", "Take up again what was resolved, or for agents closed"),
  ];
}

function readCursor(cursor: string): { createdAt: number; id: string } {
  const [createdAt, id] = decodeCursor("support", cursor, ["number", "string"], "cursor");
  return { createdAt: Number(createdAt), id: String(id) };
}
