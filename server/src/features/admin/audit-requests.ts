import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { idField, timeField } from "../../platform/http/fields.ts";
import { shownOf } from "../../platform/http/page.ts";
import type { RequestRow, RequestsTrail } from "../audit/index.ts";

/** One answered request, as the trail of requests has it. */
export const requestLog = z
  .object({
    id: idField,
    organization_id: idField.nullable(),
    user_id: idField.nullable(),
    event_type: z.enum([
      "request",
      "sign_in_failed",
      "authentication_failed",
      "rate_limited",
      "foreign_id",
      "tenant_violation",
    ]),
    endpoint: z.string().meta({ examples: ["/api/v5/sessions/:id"] }),
    method: z.string().meta({ examples: ["GET"] }),
    status_code: z
      .number()
      .int()
      .meta({ examples: [200] }),
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    fields: z.array(z.string()).meta({
      description: "Names of the fields that the body had, never what was in them.",
      examples: [["name"]],
    }),
    response_time_ms: z
      .number()
      .int()
      .meta({ examples: [4] }),
    request_id: z.string().meta({ examples: ["0199d2c4-7c1e-7b5a-9a55-0c5e1f6b7a10"] }),
    created_at: timeField,
  })
  .meta({ id: "RequestLog" });

interface Wanted {
  actorId?: string | undefined;
  action?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

const cursorName = "audit requests";

/** A page of the trail of requests, latest first; `action` asks for one `event_type`. */
export async function pageOfRequests(trail: RequestsTrail, { cursor, limit, ...filter }: Wanted) {
  const [at, id] =
    cursor === undefined ? [] : decodeCursor(cursorName, cursor, ["number", "string"], "cursor");
  const before = at === undefined ? undefined : { at: Number(at), id: String(id) };
  const rows = await trail.list({ ...filter, before, limit: limit + 1 });
  const { shown, nextCursor } = shownOf(cursorName, { limit }, rows, (row) => [row.created_at, row.id]);
  return { audit_logs: shown.map(presentRequest), next_cursor: nextCursor };
}

function presentRequest(row: RequestRow): z.output<typeof requestLog> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    user_id: row.user_id,
    event_type: row.event_type,
    endpoint: row.endpoint,
    method: row.method,
    status_code: row.status_code,
    ip: row.ip,
    user_agent: row.user_agent,
    fields: JSON.parse(row.fields),
    response_time_ms: row.response_time_ms,
    request_id: row.request_id,
    created_at: isoTime(row.created_at),
  };
}
