import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, text, timeField, urlField, visibleText } from "../../platform/http/fields.ts";
import { listQueryOf } from "../../platform/http/page.ts";
import { limits } from "../../platform/limits.ts";
import { permissionRoles, permissionsOf } from "../conversations/index.ts";
import { emailField } from "../identity/index.ts";
import { roomList } from "./rooms.lists.ts";
import type { RoomRow } from "./rooms.queries.ts";

const visibility = z.enum(["public", "private"], { error: "must be public or private" });
const least = z
  .enum(permissionRoles, { error: "must be member, moderator or admin" })
  .meta({ description: "The least role that may." });

const givenPermissions = z.object({
  post: least.optional(),
  invite: least.optional(),
  pin: least.optional(),
  manage: least.optional(),
});

const slowMode = z.number().int().min(0).max(limits.slowModeSeconds).meta({
  description:
    "How long members wait between two messages; 0: not at all. Moderators, admins and whoever may manage never wait.",
  example: 30,
});

const userIds = z.array(idField).min(1).max(limits.participantsPerRequest);

export const createRoomBody = z.object({
  name: visibleText(limits.titleCodePoints),
  description: text(0, limits.descriptionCodePoints).nullable().optional(),
  avatar_url: urlField.nullable().optional(),
  visibility: visibility.default("public"),
  permissions: givenPermissions.optional(),
  slow_mode_seconds: slowMode.optional(),
  user_ids: userIds.optional(),
});

export const changeRoomBody = z.object({
  name: visibleText(limits.titleCodePoints).optional(),
  description: text(0, limits.descriptionCodePoints).nullable().optional(),
  avatar_url: urlField.nullable().optional(),
  visibility: visibility.optional(),
  permissions: givenPermissions.optional(),
  slow_mode_seconds: slowMode.optional(),
});

type GivenRoom = z.output<typeof changeRoomBody>;

/** What was given of a room, in the words of the service. */
export function readRoom<Given extends GivenRoom>({
  avatar_url: avatarUrl,
  slow_mode_seconds: slowModeSeconds,
  ...rest
}: Given) {
  return { ...rest, avatarUrl, slowModeSeconds };
}

export const listRoomsQuery = listQueryOf(roomList, "a name").extend({
  q: z.string().max(limits.titleCodePoints).optional(),
  visibility: visibility.optional(),
});

export const searchRoomsQuery = listRoomsQuery.extend({ q: visibleText(limits.titleCodePoints) });

export const addMembersBody = z.object({ user_ids: userIds.optional() });

export const inviteBody = z
  .object({ user_ids: userIds.optional(), email: emailField.optional() })
  .refine((body) => (body.user_ids === undefined) !== (body.email === undefined), {
    path: ["user_ids"],
    error: "name people by `user_ids` or one by `email`",
  })
  .meta({ examples: [{ email: "ines@example.com" }] });

export const room = z
  .object({
    id: idField,
    name: z.string(),
    description: z.string().nullable(),
    avatar_url: z.string().nullable(),
    visibility: z.enum(["public", "private"]),
    permissions: z.object({ post: least, invite: least, pin: least, manage: least }),
    slow_mode_seconds: slowMode,
    created_by: idField,
    created_at: timeField,
    updated_at: timeField,
    last_message_at: timeField.nullable(),
    version: z.number().int(),
    participant_count: z.number().int(),
    is_member: z.boolean(),
    role: z
      .enum(["admin", "moderator", "member"])
      .nullable()
      .meta({ description: "The caller's own; null: not in it." }),
  })
  .meta({ id: "Room" });

export const roomPage = z.object({ rooms: z.array(room), next_cursor: z.string().nullable() });

export function presentRoom(row: RoomRow): z.output<typeof room> {
  const { post, invite, pin, manage } = permissionsOf(row);
  return {
    id: row.id,
    name: row.title ?? "",
    description: row.description,
    avatar_url: row.avatar_url,
    visibility: row.visibility ?? "private",
    permissions: { post, invite, pin, manage },
    slow_mode_seconds: row.slow_mode_seconds,
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at),
    last_message_at: isoTimeOrNull(row.last_message_at),
    version: row.version,
    participant_count: row.participant_count,
    is_member: row.role !== null,
    role: row.role,
  };
}
