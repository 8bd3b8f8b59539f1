import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { byId, limitQuery } from "../../platform/http/fields.ts";
import { shownOf } from "../../platform/http/page.ts";
import { created, type Route, route, Said } from "../../platform/http/route.ts";
import {
  createdSession,
  forkBody,
  forkedSession,
  listedSession,
  newSession,
  presentCreated,
  presentForked,
  presentListed,
  presentRelated,
  presentSession,
  relatedQuery,
  relatedSessions,
  sessionChanges,
  updatedSession,
  workspaceSession,
} from "./workspace-sessions.schema.ts";
import type { WorkspaceSessions } from "./workspace-sessions.service.ts";

const tag = "Workspace sessions";
const cursorName = "workspace sessions";

/** What an editor keeps of a piece of work. */
export function workspaceSessionsRoutes(sessions: WorkspaceSessions): Route[] {
  return [...collectionRoutes(sessions), ...sessionRoutes(sessions)];
}

function collectionRoutes(sessions: WorkspaceSessions): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/sessions",
        id: "createWorkspaceSession",
        tag,
        summary: "Begin a session",
        body: newSession,
        success: [{ status: 201, about: "The new session", schema: createdSession }],
        errors: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
      },
      async ({ body }, actor) => created(presentCreated(await sessions.create(actor, body))),
    ),
    route(
      {
        method: "GET",
        path: "/sessions",
        id: "listWorkspaceSessions",
        tag,
        summary: "One's sessions, last changed first",
        query: z.object({ limit: limitQuery, cursor: z.string().optional() }),
        success: [
          {
            status: 200,
            about: "A page of sessions; `count` is how many it has",
            schema: z.object({
              sessions: z.array(listedSession),
              count: z.number().int(),
              next_cursor: z.string().nullable(),
            }),
          },
        ],
      },
      async ({ query: { limit, cursor } }, actor) => {
        const rows = await sessions.list(actor, readPlace(cursor), limit + 1);
        const { shown, nextCursor } = shownOf(cursorName, { limit }, rows, (row) => [row.updated_at, row.id]);
        return { sessions: shown.map(presentListed), count: shown.length, next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "GET",
        path: "/sessions/related",
        id: "listRelatedWorkspaceSessions",
        tag,
        summary: "One's sessions that share tags with those asked for, best first",
        description:
          "`relevance_score` is the number of shared tags divided by the number of tags asked for, rounded to 2 places.",
        query: relatedQuery,
        success: [{ status: 200, about: "Sessions with a score above 0", schema: relatedSessions }],
      },
      async ({ query: { tags, limit } }, actor) =>
        presentRelated(await sessions.related(actor, tags, limit), tags),
    ),
  ];
}

function sessionRoutes(sessions: WorkspaceSessions): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/sessions/:id",
        id: "getWorkspaceSession",
        tag,
        summary: "A session with all it holds; it counts as accessed",
        params: byId,
        success: [{ status: 200, about: "The session", schema: workspaceSession }],
        errors: ["NOT_FOUND"],
      },
      async ({ params }, actor) => {
        const { session, relatedIds } = await sessions.open(actor, params.id);
        return presentSession(session, relatedIds);
      },
    ),
    route(
      {
        method: "PUT",
        path: "/sessions/:id",
        id: "updateWorkspaceSession",
        tag,
        summary: "Replace given fields of a session; unknown ones are refused",
        params: byId,
        body: sessionChanges,
        success: [{ status: 200, about: "Which fields were replaced", schema: updatedSession }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const { session, fields } = await sessions.update(actor, params.id, body);
        return { session_id: session.id, updated_at: isoTime(session.updated_at), fields_updated: fields };
      },
    ),
    route(
      {
        method: "POST",
        path: "/sessions/:id/fork",
        id: "forkWorkspaceSession",
        tag,
        summary: "Copy a session: editor, terminal, breakpoints, context files, memory and tags",
        params: byId,
        body: forkBody,
        bodyOptional: true,
        success: [
          { status: 201, about: "The copy, which shares nothing with its parent", schema: forkedSession },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) => {
        const { name, workspace_path: workspacePath } = body;
        const fork = await sessions.fork(actor, params.id, { name, workspacePath });
        return created(presentForked(fork, params.id));
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/sessions/:id",
        id: "deleteWorkspaceSession",
        tag,
        summary: "Delete a session; its forks stay",
        params: byId,
        success: [{ status: 200, about: "It is gone", schema: null }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await sessions.delete(actor, params.id);
        return new Said("Session deleted successfully");
      },
    ),
  ];
}

function readPlace(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [updatedAt, id] = decodeCursor(cursorName, cursor, ["number", "string"], "cursor");
  return { updatedAt: Number(updatedAt), id: String(id) };
}
