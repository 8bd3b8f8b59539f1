import { requireServerRole } from "../../features/identity/index.ts";
import { requireWriter } from "../../features/organizations/index.ts";
import { requireScope } from "../../platform/http/actor.ts";
import type { Gate } from "../../platform/http/server.ts";
import type { Features } from "../features.ts";
import { bearerOf } from "./credentials.ts";

/**
 * Who may come in over REST: people with a live session, which a token proves or, from the server's own pages, a
 * cookie; and of those who only read, only their reads.
 */
export function gateOf({ sessions, browserSessions }: Features): Gate {
  return {
    authenticate: async ({ headers }) => {
      const token = bearerOf(headers);
      // A token wins over a cookie, which a browser sends unasked.
      if (token !== undefined) return sessions.authenticate(token);
      return browserSessions.authenticate(headers.get("cookie"));
    },
    admit: ({ method, path, own, serverRole }, actor, request) => {
      const isAdmin = path.startsWith("/admin/");
      requireScope(actor, isAdmin ? "admin" : method === "GET" ? "read" : "write");
      // Before anything that the request names, so that nobody else learns what is there.
      const least = serverRole ?? (isAdmin ? "admin" : null);
      if (least !== null) requireServerRole(actor, least);
      if (bearerOf(request.headers) === undefined) browserSessions.requireOwnRequest(request, actor);
      if (method !== "GET" && own !== true) requireWriter(actor);
    },
  };
}
