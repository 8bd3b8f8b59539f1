import { defineEvent } from "../../platform/events/events.ts";
import type { NotificationRow } from "./notifications.queries.ts";
import type { Channels } from "./notifications.schema.ts";

/** Somebody is told of something; `channels` says where they want to hear of it. */
export const notificationMade = defineEvent<{ notification: NotificationRow; channels: Channels }>(
  "notification.made",
);

/** To everybody who is connected; never stored. */
export const announcementMade = defineEvent<{ id: string; message: string; at: number }>("announcement.made");
