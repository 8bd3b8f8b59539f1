import type { Body, Call, CallOptions, Query } from "../wire/call.ts";
import { everyRow } from "./every-row.ts";

/** People of one's organization, and oneself. */
export function usersApi(call: Call) {
  return {
    list: (query: Query<"listUsers"> = {}, options?: CallOptions) => call("listUsers", { query }, options),
    get: (id: string, options?: CallOptions) => call("getUser", { params: { id } }, options),
    me: (options?: CallOptions) => call("getMe", {}, options),
    updateMe: (body: Body<"updateMe">, options?: CallOptions) => call("updateMe", { body }, options),
    settings: (options?: CallOptions) => call("getOwnSettings", {}, options),
    /** Key by key; null deletes one. */
    updateSettings: (body: Body<"updateOwnSettings">, options?: CallOptions) =>
      call("updateOwnSettings", { body }, options),
    /** A URL, null for none, or a complete picture among one's files. */
    setAvatar: (avatar: string | null | { fileId: string }, options?: CallOptions) =>
      call(
        "setAvatar",
        {
          body:
            typeof avatar === "object" && avatar !== null
              ? { file_id: avatar.fileId }
              : { avatar_url: avatar },
        },
        options,
      ),
    /** All of them, latest first. */
    blocked: (options?: CallOptions) =>
      everyRow(async (query) => {
        const { users, next_cursor } = await call("listBlocked", { query }, options);
        return { rows: users, next: next_cursor };
      }),
    block: (id: string, options?: CallOptions) => call("block", { params: { id } }, options),
    unblock: (id: string, options?: CallOptions) => call("unblock", { params: { id } }, options),
    friends: (query: Query<"listFriends"> = {}, options?: CallOptions) =>
      call("listFriends", { query }, options),
    requestFriend: (id: string, options?: CallOptions) => call("requestFriend", { params: { id } }, options),
    acceptFriend: (id: string, options?: CallOptions) => call("acceptFriend", { params: { id } }, options),
    removeFriend: (id: string, options?: CallOptions) => call("removeFriend", { params: { id } }, options),
    /** Ends all other sessions. */
    changePassword: (body: Body<"changePassword">, options?: CallOptions) =>
      call("changePassword", { body }, options),
  };
}

/** Who is here. While a socket is open the server knows by itself. */
export function presenceApi(call: Call) {
  return {
    report: (online: boolean, options?: CallOptions) => call("reportPresence", { body: { online } }, options),
    /** @param userIds at most 100; unknown ones are missing from the answer. */
    list: async (userIds: readonly string[], options?: CallOptions) => {
      const query = { user_ids: userIds.join(",") };
      return (await call("listPresence", { query }, options)).presence;
    },
  };
}

/** One's own sign-ins on all devices. */
export function sessionsApi(call: Call) {
  return {
    /** All that live, last used first. */
    list: (options?: CallOptions) =>
      everyRow(async (query) => {
        const { sessions, next_cursor } = await call("listSessions", { query }, options);
        return { rows: sessions, next: next_cursor };
      }),
    current: (options?: CallOptions) => call("getCurrentSession", {}, options),
    end: (id: string, options?: CallOptions) => call("endSession", { params: { id } }, options),
    endOthers: (options?: CallOptions) => call("endOtherSessions", {}, options),
    cleanUp: (body: Body<"cleanUpSessions"> = {}, options?: CallOptions) =>
      call("cleanUpSessions", { body }, options),
  };
}
