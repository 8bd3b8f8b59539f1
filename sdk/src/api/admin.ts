import type { Body, Call, CallOptions, Query } from "../wire/call.ts";

/** What the server's administrators may do beyond everybody else; others get FORBIDDEN. */
export function adminApi(call: Call) {
  return {
    /** Mails that were written but, without an SMTP server, not sent. */
    mails: (query: Query<"listMails"> = {}, options?: CallOptions) => call("listMails", { query }, options),
    /** Everybody who is connected gets it as an event `notification`. */
    announce: (message: string, options?: CallOptions) => call("announce", { body: { message } }, options),
    listRooms: (query: Query<"listAllRooms"> = {}, options?: CallOptions) =>
      call("listAllRooms", { query }, options),
    getRoom: (id: string, options?: CallOptions) => call("getAnyRoom", { params: { id } }, options),
    updateRoom: (id: string, body: Body<"changeAnyRoom">, options?: CallOptions) =>
      call("changeAnyRoom", { params: { id }, body }, options),
    deleteRoom: async (id: string, options?: CallOptions): Promise<void> => {
      await call("deleteAnyRoom", { params: { id } }, options);
    },
    listUsers: (query: Query<"listAccounts"> = {}, options?: CallOptions) =>
      call("listAccounts", { query }, options),
    getUser: (id: string, options?: CallOptions) => call("getAccount", { params: { id } }, options),
    deleteUser: (id: string, options?: CallOptions) => call("deleteAnyAccount", { params: { id } }, options),
    updateUser: (id: string, body: Body<"updateAccount">, options?: CallOptions) =>
      call("updateAccount", { params: { id }, body }, options),
    /** Ends all of the user's sessions at once. */
    ban: (id: string, body: Body<"ban">, options?: CallOptions) =>
      call("ban", { params: { id }, body }, options),
    unban: (id: string, options?: CallOptions) => call("unban", { params: { id } }, options),
    unlock: (id: string, options?: CallOptions) => call("unlockUser", { params: { id } }, options),
    stats: (options?: CallOptions) => call("getStats", {}, options),
    auditLogs: (query: Query<"listAuditLogs"> = {}, options?: CallOptions) =>
      call("listAuditLogs", { query }, options),
  };
}
