import type { Body, Call, CallOptions, Query } from "../wire/call.ts";

/** Rooms that people find and enter by themselves. A room's messages are a conversation's: its id is one too. */
export function roomsApi(call: Call) {
  return {
    create: (body: Body<"createRoom">, options?: CallOptions) => call("createRoom", { body }, options),
    /** Public ones, and private ones that one is in. */
    list: (query: Query<"listRooms"> = {}, options?: CallOptions) => call("listRooms", { query }, options),
    search: (q: string, query: Omit<Query<"searchRooms">, "q"> = {}, options?: CallOptions) =>
      call("searchRooms", { query: { ...query, q } }, options),
    get: (id: string, options?: CallOptions) => call("getRoom", { params: { id } }, options),
    update: (id: string, body: Body<"changeRoom">, options?: CallOptions) =>
      call("changeRoom", { params: { id }, body }, options),
    /** Ends it for all. */
    delete: async (id: string, options?: CallOptions): Promise<void> => {
      await call("deleteRoom", { params: { id } }, options);
    },
    members: (id: string, query: Query<"listRoomMembers"> = {}, options?: CallOptions) =>
      call("listRoomMembers", { params: { id }, query }, options),
    /** Enters a public room. */
    join: (id: string, options?: CallOptions) => call("joinRoom", { params: { id } }, options),
    leave: async (id: string, options?: CallOptions): Promise<void> => {
      await call("leaveRoom", { params: { id } }, options);
    },
    /** @returns those who are new. */
    add: async (id: string, userIds: string[], options?: CallOptions) =>
      (await call("joinRoom", { params: { id }, body: { user_ids: userIds } }, options)).participants,
    /** By `user_ids`, or by an `email`. @returns those who are new. */
    invite: async (id: string, body: Body<"inviteToRoom">, options?: CallOptions) =>
      (await call("inviteToRoom", { params: { id }, body }, options)).participants,
    /** As `invite`; somebody without an account in the organization gets an `invitation` to it by mail. */
    inviteAddress: (id: string, email: string, options?: CallOptions) =>
      call("inviteToRoom", { params: { id }, body: { email } }, options),
    bans: (id: string, query: Query<"listRoomBans"> = {}, options?: CallOptions) =>
      call("listRoomBans", { params: { id }, query }, options),
    /** Removes somebody, who cannot enter again until then, or at all. */
    ban: (id: string, body: Body<"banFromRoom">, options?: CallOptions) =>
      call("banFromRoom", { params: { id }, body }, options),
    liftBan: async (id: string, userId: string, options?: CallOptions): Promise<void> => {
      await call("liftRoomBan", { params: { id, userId } }, options);
    },
    /** Messages that people have reported, for those who manage the room. */
    reports: (id: string, query: Query<"listReports"> = {}, options?: CallOptions) =>
      call("listReports", { params: { id }, query }, options),
    resolveReport: (id: string, reportId: string, options?: CallOptions) =>
      call("resolveReport", { params: { id, reportId } }, options),
    removeMember: async (id: string, userId: string, options?: CallOptions): Promise<void> => {
      await call("removeRoomMember", { params: { id, userId } }, options);
    },
  };
}
