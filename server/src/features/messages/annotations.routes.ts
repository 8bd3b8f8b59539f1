import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, type RouteSpec, route } from "../../platform/http/route.ts";
import type { MessageViews } from "./message-views.ts";
import { pinList } from "./messages.lists.ts";
import { emojiGiven, message, presentReactions, reaction } from "./messages.schema.ts";
import type { Pins } from "./pins.service.ts";
import type { Reacted, Reactions } from "./reactions.service.ts";

/** What people add to messages: reactions and pins. */
export function annotationRoutes(reactions: Reactions, pins: Pins, views: MessageViews): Route[] {
  return [...reactionRoutes(reactions), ...pinRoutes(pins, views)];
}

function reactionRoutes(reactions: Reactions): Route[] {
  const reacted = {
    tag: "Reactions",
    params: byId,
    success: [
      {
        status: 200 as const,
        about: "All reactions of the message",
        schema: z.object({
          message_id: idField,
          conversation_id: idField,
          seq: z.number().int(),
          version: z.number().int(),
          reactions: z.array(reaction),
        }),
      },
    ],
    errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"] satisfies RouteSpec<
      z.ZodType,
      z.ZodType,
      z.ZodType
    >["errors"],
  };
  const paths = [
    { path: "/messages/:id/react", suffix: "" },
    { path: "/messages/:id/reactions", suffix: "Too" },
  ];
  return paths.flatMap(({ path, suffix }) => [
    route(
      {
        ...reacted,
        method: "POST",
        path,
        id: `addReaction${suffix}`,
        summary: "React with an emoji; one that is there already stays",
        body: emojiGiven,
      },
      async ({ params, body }, actor) => presentReacted(await reactions.add(actor, params.id, body.emoji)),
    ),
    route(
      {
        ...reacted,
        method: "DELETE",
        path,
        id: `removeReaction${suffix}`,
        summary: "Take a reaction back; one that is not there changes nothing",
        query: emojiGiven,
      },
      async ({ params, query }, actor) =>
        presentReacted(await reactions.remove(actor, params.id, query.emoji)),
    ),
  ]);
}

function presentReacted({ message: row, reactions }: Reacted) {
  const { message_id, conversation_id, seq, version } = row;
  return { message_id, conversation_id, seq, version, reactions: presentReactions(reactions) };
}

function pinRoutes(pins: Pins, views: MessageViews): Route[] {
  const pin = {
    tag: "Pins",
    path: "/messages/:id/pin",
    params: byId,
    success: [{ status: 200 as const, about: "The message", schema: message }],
  };
  return [
    route(
      {
        ...pin,
        method: "POST",
        id: "pinMessage",
        summary: "Pin a message to its conversation",
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => views.showOne(await pins.set(actor, params.id, true)),
    ),
    route(
      {
        ...pin,
        method: "DELETE",
        id: "unpinMessage",
        summary: "Take a pin off",
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => views.showOne(await pins.set(actor, params.id, false)),
    ),
    route(
      {
        method: "GET",
        path: "/conversations/:id/pins",
        id: "listPins",
        tag: "Pins",
        summary: "A conversation's pinned messages, latest pinned first where nothing else is asked for",
        params: byId,
        query: listQueryOf(pinList, "a message's text"),
        success: [
          {
            status: 200,
            about: "A page of pinned messages",
            schema: z.object({ pins: z.array(message), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const asked = askedPage(`pins ${params.id}`, pinList, query);
        const { shown, nextCursor } = asked.shownOf(await pins.list(actor, params.id, asked.page));
        return { pins: await views.show(params.id, shown), next_cursor: nextCursor };
      },
    ),
  ];
}
