import type { Body, Call, CallOptions, Query } from "../wire/call.ts";
import { everyRow } from "./every-row.ts";

/** One's organization, who is in it, and invitations. */
export function organizationsApi(call: Call) {
  return {
    list: (query: Query<"listOrganizations"> = {}, options?: CallOptions) =>
      call("listOrganizations", { query }, options),
    get: (id: string, options?: CallOptions) => call("getOrganization", { params: { id } }, options),
    /** Moves the account into it. The session goes on. */
    create: (body: Body<"createOrganization">, options?: CallOptions) =>
      call("createOrganization", { body }, options),
    update: (id: string, body: Body<"updateOrganization">, options?: CallOptions) =>
      call("updateOrganization", { params: { id }, body }, options),
    members: (id: string, query: Query<"listMembers"> = {}, options?: CallOptions) =>
      call("listMembers", { params: { id }, query }, options),
    changeRole: (id: string, userId: string, role: Body<"changeMemberRole">["role"], options?: CallOptions) =>
      call("changeMemberRole", { params: { id, userId }, body: { role } }, options),
    removeMember: (id: string, userId: string, options?: CallOptions) =>
      call("removeMember", { params: { id, userId } }, options),
    /** All that may still be used, latest first. */
    invitations: (id: string, options?: CallOptions) =>
      everyRow(async (query) => {
        const { invitations, next_cursor } = await call(
          "listInvitations",
          { params: { id }, query },
          options,
        );
        return { rows: invitations, next: next_cursor };
      }),
    invite: (id: string, body: Body<"invite"> = {}, options?: CallOptions) =>
      call("invite", { params: { id }, body }, options),
    revokeInvitation: (id: string, invitationId: string, options?: CallOptions) =>
      call("revokeInvitation", { params: { id, invitationId } }, options),
    /** Moves the account to where the invitation leads. The session goes on. */
    acceptInvitation: (token: string, options?: CallOptions) =>
      call("acceptInvitation", { params: { token } }, options),
  };
}
