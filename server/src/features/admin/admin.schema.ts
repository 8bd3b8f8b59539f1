import { z } from "zod";
import { isoTime, isoTimeOrNull, now } from "../../platform/clock.ts";
import { futureTimeInput, idField, timeField, visibleText } from "../../platform/http/fields.ts";
import type { ChangeRow } from "../audit/index.ts";
import { type AccountRow, isBanned } from "../identity/index.ts";
import { organizationRole } from "../organizations/index.ts";

export const serverRole = z.enum(["admin", "moderator", "user", "guest"]).meta({ examples: ["user"] });

export const account = z
  .object({
    id: idField,
    username: z.string(),
    display_name: z.string(),
    email: z.string().nullable(),
    avatar_url: z.string().nullable(),
    role: serverRole,
    organization_id: idField,
    organization_role: organizationRole.meta({ examples: ["Developer"] }),
    agent: z.boolean().meta({ examples: [false] }),
    is_active: z.boolean().meta({ examples: [true] }),
    banned: z.boolean().meta({ examples: [false] }),
    ban: z
      .object({ reason: z.string(), until: timeField.nullable(), banned_at: timeField, banned_by: idField })
      .nullable()
      .meta({ examples: [null] }),
    created_at: timeField,
    last_login_at: timeField.nullable().meta({ examples: ["2026-03-14T09:32:00.000Z"] }),
    last_seen_at: timeField.nullable(),
  })
  .meta({ id: "Account" });

export const accountChanges = z.object({
  role: serverRole.optional(),
  agent: z
    .boolean()
    .optional()
    .meta({ examples: [true] }),
  display_name: visibleText(100).optional(),
  is_active: z
    .boolean()
    .optional()
    .meta({ examples: [true] }),
});

export const banBody = z.object({
  reason: visibleText(500).meta({ examples: ["Posted advertisements in every room"] }),
  until: futureTimeInput.nullable().optional(),
});

export const stats = z
  .object({
    users: z.number().int(),
    users_online: z.number().int().meta({ description: "Connected to this process." }),
    organizations: z.number().int(),
    conversations: z.number().int(),
    messages: z.number().int(),
    sessions: z.number().int(),
    connections: z.number().int().meta({ description: "Sockets of this process." }),
    banned_users: z.number().int(),
    database: z.enum(["sqlite", "postgres"]),
  })
  .meta({
    id: "Stats",
    examples: [
      {
        users: 41,
        users_online: 7,
        organizations: 2,
        conversations: 64,
        messages: 18_240,
        sessions: 58,
        connections: 9,
        banned_users: 1,
        database: "sqlite",
      },
    ],
  });

export const auditRow = z
  .object({
    id: idField,
    organization_id: idField,
    actor_id: idField.nullable(),
    action: z.string(),
    target_type: z.string(),
    target_id: z.string(),
    request_id: z.string().nullable(),
    ip: z.string().nullable(),
    outcome: z.string(),
    details: z.array(z.string()).meta({ description: "Names of the fields that changed." }),
    created_at: timeField,
    prev_hash: z.string(),
    hash: z.string(),
  })
  .meta({
    id: "AuditedChange",
    examples: [
      {
        id: "0199d2c9-1e00-7c10-8d31-5f2a7b90c4e1",
        organization_id: "0199d2c4-6ef0-7d11-b2a7-90c4e8d5a302",
        actor_id: "0199d2c4-6f01-7c3e-8a10-5b1d0e2f4a61",
        action: "user.banned",
        target_type: "user",
        target_id: "0199d2c4-7a22-7e94-9b57-c1f8d3a60b72",
        request_id: "0199d2c9-1dff-7a02-9b11-2c3d4e5f6071",
        ip: "203.0.113.24",
        outcome: "success",
        details: ["reason"],
        created_at: "2026-03-14T09:12:00.000Z",
        prev_hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        hash: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
      },
    ],
  });

export const metricFamily = z
  .object({
    name: z.string(),
    help: z.string(),
    type: z.enum(["counter", "gauge", "histogram"]),
    samples: z.array(
      z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number().nullable() }),
    ),
  })
  .meta({
    id: "MetricFamily",
    examples: [
      {
        name: "parley_messages_total",
        help: "Messages stored, on all surfaces.",
        type: "counter",
        samples: [{ name: "parley_messages_total", labels: {}, value: 40_134 }],
      },
    ],
  });

export function presentAccount(row: AccountRow): z.output<typeof account> {
  const banned = isBanned(row, now());
  return {
    id: row.id,
    username: row.username,
    display_name: row.display_name,
    email: row.email,
    avatar_url: row.avatar_url,
    role: row.role,
    organization_id: row.organization_id,
    organization_role: row.organization_role,
    agent: row.is_agent === 1,
    is_active: row.is_active !== 0,
    banned,
    ban: banned
      ? {
          reason: row.ban_reason ?? "",
          until: isoTimeOrNull(row.banned_until),
          banned_at: isoTime(row.banned_at ?? 0),
          banned_by: row.banned_by ?? "",
        }
      : null,
    created_at: isoTime(row.created_at),
    last_login_at: isoTimeOrNull(row.last_login_at),
    last_seen_at: isoTimeOrNull(row.last_seen_at),
  };
}

export function presentChange(row: ChangeRow): z.output<typeof auditRow> {
  const { position: _, details, created_at, ...rest } = row;
  return { ...rest, details: JSON.parse(details) as string[], created_at: isoTime(created_at) };
}
