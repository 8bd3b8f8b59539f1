import { z } from "zod";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { byId, flagQuery, idField, limitQuery, timeInput } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf, shownOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { ChangesTrail, RequestsTrail } from "../audit/index.ts";
import { accountList, type Standings } from "../identity/index.ts";
import {
  account,
  accountChanges,
  auditRow,
  banBody,
  metricFamily,
  presentAccount,
  presentChange,
  serverRole,
  stats,
} from "./admin.schema.ts";
import type { Admin } from "./admin.service.ts";
import { pageOfRequests, requestLog } from "./audit-requests.ts";

const tag = "Administration";

interface AdminServices {
  admin: Admin;
  standings: Standings;
  trail: ChangesTrail;
  requestsTrail: RequestsTrail;
}

/** What whoever runs the server sees and does. Everybody else gets 403 before anything is looked at. */
export function adminRoutes({ admin, standings, trail, requestsTrail }: AdminServices): Route[] {
  return [
    ...accountRoutes(standings),
    ...banRoutes(standings),
    route(
      {
        method: "POST",
        path: "/admin/users/:id/unlock",
        id: "unlockUser",
        tag,
        summary: "Lift the lock of too many wrong passwords",
        params: byId,
        own: true,
        success: [{ status: 200, about: "Unlocked", schema: z.object({ message: z.string() }) }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ params }, actor) => {
        await admin.unlock(actor, params.id);
        return { message: "User unlocked" };
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/admin/users/:id",
        id: "deleteAnyAccount",
        tag,
        summary: "End an account: its messages stay under «Deleted user», everything else of it goes",
        params: byId,
        own: true,
        success: [{ status: 200, about: "Deleted", schema: z.object({ message: z.string() }) }],
        errors: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
      },
      async ({ params }, actor) => {
        await admin.deleteAccount(actor, params.id);
        return { message: "Account deleted" };
      },
    ),
    route(
      {
        method: "GET",
        path: "/admin/stats",
        id: "getStats",
        tag,
        summary: "Numbers of the whole server",
        success: [{ status: 200, about: "The numbers", schema: stats }],
        errors: ["FORBIDDEN"],
      },
      () => admin.stats(),
    ),
    route(
      {
        method: "GET",
        path: "/admin/metrics",
        id: "getMetrics",
        tag,
        summary: "What monitoring reads at /metrics, as JSON",
        description: "Of the process that answers, since it was started.",
        success: [
          { status: 200, about: "The numbers", schema: z.object({ metrics: z.array(metricFamily) }) },
        ],
        errors: ["FORBIDDEN"],
      },
      async () => ({ metrics: await admin.metrics() }),
    ),
    auditRoute(trail, requestsTrail),
  ];
}

function accountRoutes(standings: Standings): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/admin/users",
        id: "listAccounts",
        tag,
        summary: "Accounts of the whole server, newest first or by username",
        query: listQueryOf(accountList, "a username, a display name or an address").extend({
          role: serverRole.optional(),
          banned: flagQuery.meta({ examples: ["false"] }),
        }),
        success: [
          {
            status: 200,
            about: "A page of accounts",
            schema: z.object({ users: z.array(account), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["FORBIDDEN"],
      },
      async ({ query }) => {
        const { role, banned } = query;
        const asked = askedPage("accounts", accountList, query);
        const rows = await standings.list({ role, banned, page: asked.page });
        const { shown, nextCursor } = asked.shownOf(rows);
        return { users: shown.map(presentAccount), next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "GET",
        path: "/admin/users/:id",
        id: "getAccount",
        tag,
        summary: "An account",
        params: byId,
        success: [{ status: 200, about: "The account", schema: account }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
        etag: true,
      },
      async ({ params }) => presentAccount(await standings.get(params.id)),
    ),
    route(
      {
        method: "PUT",
        path: "/admin/users/:id",
        id: "updateAccount",
        tag,
        summary: "Change somebody's role, name, work as an agent, or switch the account off",
        description: "There is no way to set somebody's password: they reset it by mail.",
        params: byId,
        body: accountChanges,
        own: true,
        success: [{ status: 200, about: "The account", schema: account }],
        errors: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
      },
      async ({ params, body }, actor) => presentAccount(await standings.change(actor, params.id, body)),
    ),
  ];
}

function banRoutes(standings: Standings): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/admin/users/:id/ban",
        id: "ban",
        tag,
        summary: "End somebody's sessions at once and let them not sign in again",
        description: "With `until` it ends by itself. Moderators ban too, but neither admins nor moderators.",
        params: byId,
        body: banBody,
        serverRole: "moderator",
        own: true,
        success: [{ status: 200, about: "The account", schema: account }],
        errors: ["FORBIDDEN", "NOT_FOUND", "CONFLICT"],
      },
      async ({ params, body }, actor) =>
        presentAccount(await standings.ban(actor, params.id, body.reason, body.until ?? null)),
    ),
    route(
      {
        method: "DELETE",
        path: "/admin/users/:id/ban",
        id: "unban",
        tag,
        summary: "Lift a ban",
        params: byId,
        serverRole: "moderator",
        own: true,
        success: [{ status: 200, about: "The account", schema: account }],
        errors: ["FORBIDDEN", "NOT_FOUND"],
      },
      async ({ params }, actor) => presentAccount(await standings.unban(actor, params.id)),
    ),
  ];
}

function auditRoute(trail: ChangesTrail, requestsTrail: RequestsTrail): Route {
  return route(
    {
      method: "GET",
      path: "/admin/audit-logs",
      id: "listAuditLogs",
      tag,
      summary: "Sensitive operations, or with `trail=requests` requests, latest first",
      description:
        "The trail of requests has all of /api/v5, and of the other surfaces failed sign-ins, refusals for too many requests and attempts on another organization's ids. There `action` asks for one `event_type`.",
      query: z.object({
        trail: z.enum(["changes", "requests"]).optional(),
        actor: idField.optional(),
        action: z
          .string()
          .max(100)
          .optional()
          .meta({ examples: ["user.banned"] }),
        from: timeInput.optional(),
        to: timeInput.optional(),
        limit: limitQuery,
        cursor: z.string().optional(),
      }),
      serverRole: "moderator",
      success: [
        {
          status: 200,
          about: "A page of the trail",
          schema: z.object({
            audit_logs: z.array(z.union([auditRow, requestLog])),
            next_cursor: z.string().nullable(),
          }),
        },
      ],
      errors: ["FORBIDDEN"],
    },
    async ({ query: { trail: wanted, actor: actorId, action, from, to, limit, cursor } }) => {
      if (wanted === "requests")
        return pageOfRequests(requestsTrail, { actorId, action, from, to, limit, cursor });
      const list = "audit changes";
      const before =
        cursor === undefined ? undefined : Number(decodeCursor(list, cursor, ["number"], "cursor")[0]);
      const rows = await trail.list({ actorId, action, from, to, before, limit: limit + 1 });
      const { shown, nextCursor } = shownOf(list, { limit }, rows, ({ position }) => [position]);
      return { audit_logs: shown.map(presentChange), next_cursor: nextCursor };
    },
  );
}
