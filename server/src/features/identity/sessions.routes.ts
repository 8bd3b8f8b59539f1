import { z } from "zod";
import { unauthorized } from "../../platform/errors.ts";
import { byId } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf, shortLimitQuery } from "../../platform/http/page.ts";
import { Reply, type Route, route } from "../../platform/http/route.ts";
import { csrfTokenPart } from "./auth.routes.ts";
import type { BrowserSessions } from "./browser-sessions.service.ts";
import { sessionList } from "./identity.lists.ts";
import { cleanupBody, currentSession, presentSession, session } from "./identity.schema.ts";
import type { Sessions } from "./sessions.service.ts";

const tag = "Sessions";
const ended = z.object({ ended: z.number().int() });

/** A user's own sessions. */
export function sessionsRoutes(sessions: Sessions, browser: BrowserSessions): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/sessions",
        id: "listSessions",
        tag,
        summary: "List one's live sessions, last used first",
        query: listQueryOf(sessionList, "a device's name, a browser or an address").extend({
          limit: shortLimitQuery,
        }),
        success: [
          {
            status: 200,
            about: "A page of sessions",
            schema: z.object({ sessions: z.array(session), next_cursor: z.string().nullable() }),
          },
        ],
      },
      async ({ query }, actor) => {
        const asked = askedPage("sessions", sessionList, query);
        const rows = await sessions.list(actor, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
        return {
          sessions: shown.map((row) => presentSession(row, actor.sessionId)),
          next_cursor: nextCursor,
        };
      },
    ),
    route(
      {
        method: "GET",
        path: "/sessions/current",
        id: "getCurrentSession",
        tag,
        summary: "The session that this request belongs to",
        description: "In a cookie session it also answers `csrf_token`.",
        success: [{ status: 200, about: "The session", schema: currentSession }],
      },
      async (_, actor) => {
        const rows = await sessions.list(actor);
        const current = rows.find((row) => row.id === actor.sessionId);
        if (current === undefined) throw unauthorized("The session has ended. Sign in again.");
        return { ...presentSession(current, actor.sessionId), ...(await csrfTokenPart(browser, actor)) };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/sessions",
        id: "endOtherSessions",
        tag,
        summary: "End all other sessions",
        own: true,
        success: [{ status: 200, about: "How many ended", schema: ended }],
      },
      async (_, actor) => ({ ended: await sessions.endOthers(actor) }),
    ),
    route(
      {
        method: "DELETE",
        path: "/sessions/:id",
        id: "endSession",
        tag,
        summary: "End one session",
        params: byId,
        own: true,
        success: [{ status: 200, about: "It has ended", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND"],
      },
      async ({ params, header }, actor) => {
        const farewell = params.id === actor.sessionId ? browser.farewell(actor, header("cookie")) : {};
        await sessions.endOne(actor, params.id);
        return new Reply({ message: "Session ended" }, 200, farewell);
      },
    ),
    route(
      {
        method: "POST",
        path: "/sessions/cleanup",
        id: "cleanUpSessions",
        tag,
        summary: "Drop one's expired sessions, or end all others",
        body: cleanupBody,
        bodyOptional: true,
        own: true,
        success: [
          {
            status: 200,
            about: "How many were dropped and ended",
            schema: ended.extend({ dropped: z.number().int() }),
          },
        ],
      },
      async ({ body }, actor) => {
        const others = body.others === true ? await sessions.endOthers(actor) : 0;
        return { ended: others, dropped: await sessions.cleanUp(actor) };
      },
    ),
  ];
}
