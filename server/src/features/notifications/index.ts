export { watch } from "./notification-sources.ts";
export { NotificationWriter } from "./notification-writer.ts";
export { announcementMade, notificationMade } from "./notifications.events.ts";
export { eraseNotificationsOf, type NotificationRow } from "./notifications.queries.ts";
export { notification, presentNotification } from "./notifications.schema.ts";
export { Notifications } from "./notifications.service.ts";
