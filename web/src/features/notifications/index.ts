export { AnnouncementLine } from "./announcement-line.tsx";
export { NotificationList } from "./notification-list.tsx";
export { NotificationSettings } from "./notification-settings.tsx";
export { startNotifications, useUnreadNotifications } from "./notifications.ts";
