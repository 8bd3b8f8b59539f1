import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { canManageOrganization } from "../organizations/index.ts";
import { directory } from "../people/index.ts";
import { member, memberRole, movedAccount, presentMember, presentMoved } from "./members.schema.ts";
import type { Members } from "./members.service.ts";

const tag = "Organizations";
const memberParams = z.object({ id: idField, userId: idField });

/** Who is in an organization, and moving into one. */
export function membersRoutes(members: Members): Route[] {
  return [...movingRoutes(members), ...memberRoutes(members)];
}

function movingRoutes(members: Members): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/invitations/:token/accept",
        id: "acceptInvitation",
        tag,
        summary: "Move one's account into the organization that invites",
        description: "It leaves the one it was in, with all conversations there.",
        params: z.object({
          token: z
            .string()
            .max(200)
            .meta({ examples: ["pri_2fVd8LqWn5tYc7Rk"] }),
        }),
        own: true,
        success: [{ status: 200, about: "The account as it is now, and new tokens", schema: movedAccount }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
        refusedAfter: ["wrongTokens"],
      },
      async ({ params, caller }, actor) => presentMoved(await members.accept(actor, params.token, caller)),
    ),
  ];
}

function memberRoutes(members: Members): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/organizations/:id/members",
        id: "listMembers",
        tag,
        summary: "Who is in the organization",
        params: byId,
        query: listQueryOf(directory, "a username or a display name").extend({ role: memberRole.optional() }),
        success: [
          {
            status: 200,
            about: "A page of members",
            schema: z.object({ members: z.array(member), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query: { role: organizationRole, ...query } }, actor) => {
        const asked = askedPage(`members ${params.id}`, directory, query);
        const rows = await members.list(actor, params.id, { organizationRole, page: asked.page });
        const { shown, nextCursor } = asked.shownOf(rows);
        const isAdmin = canManageOrganization(actor, params.id);
        return {
          members: shown.map((row) => presentMember(row, isAdmin || row.id === actor.userId)),
          next_cursor: nextCursor,
        };
      },
    ),
    route(
      {
        method: "PATCH",
        path: "/organizations/:id/members/:userId",
        id: "changeMemberRole",
        tag,
        summary: "Give a member another role, as one of its Admins",
        params: memberParams,
        body: z.object({ role: memberRole }),
        success: [{ status: 200, about: "The member", schema: member }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) =>
        presentMember(await members.changeRole(actor, params.id, params.userId, body.role), true),
    ),
    route(
      {
        method: "DELETE",
        path: "/organizations/:id/members/:userId",
        id: "removeMember",
        tag,
        summary: "Take somebody out of the organization, or leave it",
        description:
          "The account goes on, in an organization of its own and without the conversations of this one.",
        own: true,
        params: memberParams,
        success: [{ status: 200, about: "Removed", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => {
        await members.remove(actor, params.id, params.userId);
        return { message: "Member removed" };
      },
    ),
  ];
}
