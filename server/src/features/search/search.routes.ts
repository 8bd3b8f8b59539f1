import { z } from "zod";
import { decodeCursor, encodeCursor } from "../../platform/http/cursor.ts";
import { idField, limitQuery, text, timeInput } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { hash128 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { message } from "../messages/index.ts";
import type { Place, Search } from "./search.service.ts";
import { containedKinds } from "./search-index.ts";

const searchQuery = z.object({
  q: text(1, limits.searchCodePoints),
  conversation_id: idField.optional(),
  sender_id: idField.optional(),
  has: z
    .enum(containedKinds, { error: "must be file, image, video or link" })
    .optional()
    .meta({ description: "Only messages with an attachment, a picture or film among them, or a link." }),
  from: timeInput.optional(),
  to: timeInput.optional(),
  limit: limitQuery,
  cursor: z.string().optional(),
});

const searchResult = z
  .object({
    message,
    snippet: z.string().meta({
      description: "HTML: the hits in `<mark>`, everything else escaped.",
      example: "bring the <mark>tide</mark> table &amp; a lamp",
    }),
    rank: z.number().meta({ description: "How well the message answers; more is better.", example: 1.84 }),
  })
  .meta({ id: "SearchResult" });

/** Search in messages. */
export function searchRoutes(search: Search): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/messages/search",
        id: "searchMessages",
        tag: "Search",
        summary: "Messages of one's own conversations by their words, best first",
        description:
          'Words, `"quoted phrases"` and `-word`; the last word may be the beginning of one. Case, accents and width do not matter; parts of words are found from three letters on. Deleted and encrypted messages are never found; a new one is within a second.',
        query: searchQuery,
        success: [
          {
            status: 200,
            about: "A page of hits",
            schema: z.object({ results: z.array(searchResult), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ query }, actor) => {
        const { q, conversation_id, sender_id, has, from, to, limit, cursor } = query;
        // A cursor is of one question: asked something else, its place would mean nothing.
        const list = `search ${hash128(JSON.stringify([q, conversation_id, sender_id, from, to, has]))}`;
        const { results, next } = await search.find(actor, {
          text: q,
          conversationId: conversation_id ?? null,
          senderId: sender_id ?? null,
          has: has ?? null,
          from: from ?? null,
          to: to ?? null,
          after: cursor === undefined ? null : readPlace(list, cursor),
          limit,
        });
        return {
          results,
          next_cursor:
            next === null ? null : encodeCursor(list, [next.top, next.bottom, next.rank, next.key]),
        };
      },
    ),
  ];
}

function readPlace(list: string, cursor: string): Place {
  const shape = ["number", "number", "decimal", "number"] as const;
  const [top, bottom, rank, key] = decodeCursor(list, cursor, shape, "cursor").map(Number);
  return { top: top ?? 0, bottom: bottom ?? 0, rank: rank ?? 0, key: key ?? 0 };
}
