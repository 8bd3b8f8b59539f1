import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { decodeCursor } from "../../platform/http/cursor.ts";
import { byId, idField } from "../../platform/http/fields.ts";
import { shownOf } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import {
  announcementBody,
  type Channels,
  listQuery,
  type NotificationKind,
  notification,
  presentNotification,
  presentSettings,
  settings,
  settingsBody,
} from "./notifications.schema.ts";
import type { Notifications } from "./notifications.service.ts";

const tag = "Notifications";

/** What somebody is told of. */
export function notificationsRoutes(notifications: Notifications): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/notifications",
        id: "listNotifications",
        tag,
        summary: "What one was told of, newest first",
        description:
          "A message while one had no live connection, a mention, an invitation and the like. One about a message is read once the message is. They are kept for 90 days.",
        query: listQuery,
        success: [
          {
            status: 200,
            about: "A page of notifications",
            schema: z.object({
              notifications: z.array(notification),
              next_cursor: z.string().nullable(),
              unread_count: z.number().int(),
            }),
          },
        ],
      },
      async ({ query }, actor) => {
        const { limit } = query;
        const before = query.cursor === undefined ? null : readCursor(query.cursor);
        const found = await notifications.list(actor, query.unread === true, before, limit + 1);
        const { shown, nextCursor } = shownOf("notifications", query, found.notifications, ({ id }) => [id]);
        return {
          notifications: shown.map(presentNotification),
          next_cursor: nextCursor,
          unread_count: found.unreadCount,
        };
      },
    ),
    route(
      {
        method: "PATCH",
        path: "/notifications/:id/read",
        id: "readNotification",
        tag,
        summary: "Mark a notification as read",
        params: byId,
        own: true,
        success: [{ status: 200, about: "The notification", schema: notification }],
        errors: ["NOT_FOUND"],
      },
      async ({ params }, actor) => presentNotification(await notifications.read(actor, params.id)),
    ),
    route(
      {
        method: "DELETE",
        path: "/notifications",
        id: "deleteNotifications",
        tag,
        summary: "Delete all one's notifications",
        own: true,
        success: [
          { status: 200, about: "How many there were", schema: z.object({ deleted: z.number().int() }) },
        ],
      },
      async (_, actor) => ({ deleted: await notifications.deleteAll(actor) }),
    ),
    ...settingsRoutes(notifications),
    announcementRoute(notifications),
  ];
}

function settingsRoutes(notifications: Notifications): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/notifications/settings",
        id: "getNotificationSettings",
        tag,
        summary: "How one wants to hear of what: each kind on each channel",
        success: [{ status: 200, about: "The settings", schema: settings }],
        etag: true,
      },
      async (_, actor) => presentSettings(await notifications.settingsOf(actor)),
    ),
    route(
      {
        method: "POST",
        path: "/notifications/settings",
        id: "changeNotificationSettings",
        tag,
        summary: "Change how one wants to hear of what; kinds and channels that are not named stay",
        body: settingsBody,
        own: true,
        success: [{ status: 200, about: "All settings", schema: settings }],
      },
      async ({ body }, actor) => {
        const changes = new Map<NotificationKind, Partial<Channels>>();
        for (const [kind, named] of Object.entries(body.settings)) {
          const { in_app: inApp, email, web_push: webPush } = named ?? {};
          changes.set(kind as NotificationKind, {
            ...(inApp === undefined ? {} : { inApp }),
            ...(email === undefined ? {} : { email }),
            ...(webPush === undefined ? {} : { webPush }),
          });
        }
        return presentSettings(await notifications.changeSettings(actor, changes));
      },
    ),
  ];
}

function announcementRoute(notifications: Notifications): Route {
  return route(
    {
      method: "POST",
      path: "/admin/announcements",
      id: "announce",
      tag: "Administration",
      summary: "Tell everybody who is connected",
      description: "They get a `notification` frame of the kind `announcement`. It is not stored.",
      body: announcementBody,
      success: [
        {
          status: 201,
          about: "It is told",
          schema: z.object({ id: idField, message: z.string(), created_at: z.string() }),
        },
      ],
      errors: ["FORBIDDEN"],
    },
    async ({ body }, actor) => {
      const { id, at } = notifications.announce(actor, body.message);
      return created({ id, message: body.message, created_at: isoTime(at) });
    },
  );
}

function readCursor(cursor: string): string {
  return String(decodeCursor("notifications", cursor, ["string"], "cursor")[0]);
}
