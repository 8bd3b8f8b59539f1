import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { flagQuery, idField, limitQuery, timeField } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { NotificationRow } from "./notifications.queries.ts";

/** What somebody can be told of, and choose channels for. */
const notificationKinds = [
  "message",
  "mention",
  "invitation",
  "friend_request",
  "missed_call",
  "support_assignment",
  "keys_low",
] as const;

export type NotificationKind = (typeof notificationKinds)[number];

export interface Channels {
  inApp: boolean;
  email: boolean;
  webPush: boolean;
}

/** Until somebody chooses otherwise: within the app and its push, and no mail. */
export const defaultChannels: Channels = { inApp: true, email: false, webPush: true };

export const notification = z
  .object({
    id: idField,
    kind: z.enum([...notificationKinds, "announcement"]),
    title: z.string().meta({ examples: ["Boat house"] }),
    body: z.string().meta({
      description: "Of a message what it says now: nothing, once it is deleted or the reader has left.",
      examples: ["Baptiste Moreau: Dry. The new gutter does what it should."],
    }),
    data: z.record(z.string(), z.unknown()).meta({
      description: "What it is about, such as `conversation_id`, `message_id` and `seq`.",
      examples: [
        {
          conversation_id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
          message_id: "0199d2ca-93d4-7a06-8f3b-64e0b7c2d594",
          seq: 12,
          sender_id: "0199d2c4-7a22-7e94-9b57-c1f8d3a60b72",
        },
      ],
    }),
    read_at: timeField.nullable(),
    created_at: timeField,
  })
  .meta({ id: "Notification" });

type NotificationView = z.output<typeof notification>;

export const listQuery = z.object({
  unread: flagQuery,
  limit: limitQuery,
  cursor: z.string().optional(),
});

const channelsField = z.object({ in_app: z.boolean(), email: z.boolean(), web_push: z.boolean() });

/** One field for each kind. */
function byKind<Field extends z.ZodType>(field: Field): Record<NotificationKind, Field> {
  return Object.fromEntries(notificationKinds.map((kind) => [kind, field])) as Record<
    NotificationKind,
    Field
  >;
}

export const settings = z
  .object({ settings: z.object(byKind(channelsField)) })
  .meta({ id: "NotificationSettings" });

/** Kinds and channels that are not named stay as they are. */
export const settingsBody = z
  .object({
    settings: z.strictObject(byKind(channelsField.partial().optional()), {
      error: (issue) =>
        issue.code === "unrecognized_keys" ? `may name ${notificationKinds.join(", ")}` : undefined,
    }),
  })
  .meta({ examples: [{ settings: { message: { email: true }, mention: { web_push: false } } }] });

export const announcementBody = z.object({
  message: z
    .string()
    .refine((text) => /\S/.test(text) && text.length <= limits.announcementLength, {
      error: `must be 1 to ${limits.announcementLength} characters, not only spaces`,
    })
    .meta({ examples: ["The server will be updated at 18:00 and away for a minute."] }),
});

export function presentNotification(row: NotificationRow): NotificationView {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    body: row.body,
    data: JSON.parse(row.data) as Record<string, unknown>,
    read_at: isoTimeOrNull(row.read_at),
    created_at: isoTime(row.created_at),
  };
}

export function presentSettings(chosen: ReadonlyMap<NotificationKind, Channels>): z.output<typeof settings> {
  const entries = notificationKinds.map((kind) => {
    const { inApp, email, webPush } = chosen.get(kind) ?? defaultChannels;
    return [kind, { in_app: inApp, email, web_push: webPush }] as const;
  });
  return { settings: Object.fromEntries(entries) as z.output<typeof settings>["settings"] };
}
