import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { byId, flagQuery, futureTimeInput, idField, text, timeField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { limits } from "../../platform/limits.ts";
import type { BanRow, Moderation, ReportRow } from "./moderation.service.ts";
import { banList, reportList } from "./rooms.lists.ts";

const tag = "Moderation";
const reasonField = text(1, limits.reasonCodePoints).nullable().optional();

const ban = z
  .object({
    user_id: idField,
    banned_by: idField,
    reason: z.string().nullable(),
    until: timeField.nullable(),
    created_at: timeField,
  })
  .meta({ id: "RoomBan" });

const report = z
  .object({
    id: idField,
    message_id: idField,
    conversation_id: idField,
    seq: z.number().int(),
    sender_id: idField,
    content: z.string().meta({ description: "What the message said when it was reported." }),
    reporter_id: idField,
    reason: z.string().nullable(),
    created_at: timeField,
    resolved_at: timeField.nullable(),
    resolved_by: idField.nullable(),
  })
  .meta({ id: "MessageReport" });

function presentBan(row: BanRow): z.output<typeof ban> {
  const { user_id, banned_by, reason, until, created_at } = row;
  return { user_id, banned_by, reason, until: isoTimeOrNull(until), created_at: isoTime(created_at) };
}

function presentReport({ organization_id: _organization, ...row }: ReportRow): z.output<typeof report> {
  return { ...row, created_at: isoTime(row.created_at), resolved_at: isoTimeOrNull(row.resolved_at) };
}

/** Keeping order in rooms: bans and reports. */
export function moderationRoutes(moderation: Moderation): Route[] {
  return [...banRoutes(moderation), ...reportRoutes(moderation)];
}

function banRoutes(moderation: Moderation): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/rooms/:id/bans",
        id: "listRoomBans",
        tag,
        summary: "Who may not come into a room, latest first where nothing else is asked for",
        params: byId,
        query: listQueryOf(banList, "a username, a display name or a reason"),
        success: [
          {
            status: 200,
            about: "A page of bans",
            schema: z.object({ bans: z.array(ban), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const asked = askedPage(`bans ${params.id}`, banList, query);
        const { shown, nextCursor } = asked.shownOf(await moderation.listBans(actor, params.id, asked.page));
        return { bans: shown.map(presentBan), next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "POST",
        path: "/rooms/:id/bans",
        id: "banFromRoom",
        tag,
        summary: "Take somebody out of a room and let them in no more",
        params: byId,
        body: z.object({
          user_id: idField,
          reason: reasonField,
          until: futureTimeInput.nullable().optional(),
        }),
        success: [{ status: 201, about: "The ban", schema: ban }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const { user_id: userId, reason = null, until = null } = body;
        return created(presentBan(await moderation.ban(actor, params.id, { userId, reason, until })));
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/rooms/:id/bans/:userId",
        id: "liftRoomBan",
        tag,
        summary: "Let somebody in again",
        params: z.object({ id: idField, userId: idField }),
        success: [{ status: 200, about: "They may come in", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await moderation.lift(actor, params.id, params.userId);
        return { message: "Ban lifted" };
      },
    ),
  ];
}

function reportRoutes(moderation: Moderation): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/messages/:id/report",
        id: "reportMessage",
        tag,
        summary: "Tell those who keep order of a message",
        params: byId,
        body: z.object({ reason: reasonField }),
        bodyOptional: true,
        success: [
          { status: 201, about: "The report", schema: report },
          { status: 200, about: "One's report of before", schema: report },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const { report: row, isNew } = await moderation.report(actor, params.id, body.reason ?? null);
        return isNew ? created(presentReport(row)) : presentReport(row);
      },
    ),
    route(
      {
        method: "GET",
        path: "/rooms/:id/reports",
        id: "listReports",
        tag,
        summary:
          "What people complained about in a room, latest first; what is not resolved unless asked otherwise",
        params: byId,
        query: listQueryOf(reportList, "what the message said, or of a reason").extend({
          resolved: flagQuery,
        }),
        success: [
          {
            status: 200,
            about: "A page of reports",
            schema: z.object({ reports: z.array(report), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const { resolved = false } = query;
        const asked = askedPage(`reports ${params.id} ${resolved}`, reportList, query);
        const rows = await moderation.listReports(actor, params.id, resolved, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
        return { reports: shown.map(presentReport), next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "POST",
        path: "/rooms/:id/reports/:reportId/resolve",
        id: "resolveReport",
        tag,
        summary: "Say that a report was dealt with",
        params: z.object({ id: idField, reportId: idField }),
        success: [{ status: 200, about: "The report", schema: report }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => presentReport(await moderation.resolve(actor, params.id, params.reportId)),
    ),
  ];
}
