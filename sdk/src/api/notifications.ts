import type { Body, Call, CallOptions, Query } from "../wire/call.ts";

/** What somebody is told of while they are away; live it comes as the event `notification`. */
export function notificationsApi(call: Call) {
  return {
    /** Newest first, with how many are unread. */
    list: (query: Query<"listNotifications"> = {}, options?: CallOptions) =>
      call("listNotifications", { query }, options),
    markRead: (id: string, options?: CallOptions) => call("readNotification", { params: { id } }, options),
    /** All of them. */
    clear: (options?: CallOptions) => call("deleteNotifications", {}, options),
    getSettings: (options?: CallOptions) => call("getNotificationSettings", {}, options),
    /** Kinds and channels that are not named stay. */
    changeSettings: (body: Body<"changeNotificationSettings">, options?: CallOptions) =>
      call("changeNotificationSettings", { body }, options),
  };
}
