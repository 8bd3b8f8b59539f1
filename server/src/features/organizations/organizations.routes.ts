import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf, shortLimitQuery } from "../../platform/http/page.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import type { Invitations } from "./invitations.service.ts";
import { invitationList, organizationList } from "./organizations.lists.ts";
import {
  invitation,
  invitationBody,
  newInvitation,
  newOrganizationBody,
  organization,
  organizationChanges,
  presentInvitation,
  presentOrganization,
} from "./organizations.schema.ts";
import type { Organizations } from "./organizations.service.ts";

const tag = "Organizations";

/** Organizations and invitations into them. Their members: see the members feature. */
export function organizationsRoutes(organizations: Organizations, invitations: Invitations): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/organizations",
        id: "listOrganizations",
        tag,
        summary: "One's own organization; for server admins all of the server's",
        query: listQueryOf(organizationList, "a name"),
        success: [
          {
            status: 200,
            about: "Organizations, by age where nothing else is asked for",
            schema: z.object({ organizations: z.array(organization), next_cursor: z.string().nullable() }),
          },
        ],
      },
      async ({ query }, actor) => {
        const asked = askedPage("organizations", organizationList, query);
        const rows = await organizations.list(actor, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
        return {
          organizations: shown.map((row) => presentOrganization(row, organizations.defaults)),
          next_cursor: nextCursor,
        };
      },
    ),
    route(
      {
        method: "POST",
        path: "/organizations",
        id: "createOrganization",
        tag,
        summary: "Make an organization",
        description:
          "For server admins, whose own does not change: invite its first Admin with `POST /organizations/{id}/invitations`.",
        serverRole: "admin",
        body: newOrganizationBody,
        success: [{ status: 201, about: "The organization", schema: organization }],
        errors: ["FORBIDDEN", "CONFLICT"],
      },
      async ({ body: { time_zone: timeZone, ...rest } }, actor) =>
        created(
          presentOrganization(
            await organizations.found(actor, { ...rest, timeZone }),
            organizations.defaults,
          ),
        ),
    ),
    route(
      {
        method: "GET",
        path: "/organizations/:id",
        id: "getOrganization",
        tag,
        summary: "An organization that one is in",
        params: byId,
        success: [{ status: 200, about: "The organization", schema: organization }],
        errors: ["NOT_FOUND"],
        etag: true,
      },
      async ({ params }, actor) =>
        presentOrganization(await organizations.get(actor, params.id), organizations.defaults),
    ),
    route(
      {
        method: "PATCH",
        path: "/organizations/:id",
        id: "updateOrganization",
        tag,
        summary: "Change an organization, as one of its Admins",
        params: byId,
        body: organizationChanges,
        success: [{ status: 200, about: "The organization", schema: organization }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) =>
        presentOrganization(await organizations.change(actor, params.id, body), organizations.defaults),
    ),
    ...invitationsRoutes(invitations),
  ];
}

function invitationsRoutes(invitations: Invitations): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/organizations/:id/invitations",
        id: "listInvitations",
        tag,
        summary: "Invitations that may still be used",
        params: byId,
        query: listQueryOf(invitationList, "an address").extend({ limit: shortLimitQuery }),
        success: [
          {
            status: 200,
            about: "A page of invitations, latest first",
            schema: z.object({ invitations: z.array(invitation), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }, actor) => {
        const asked = askedPage(`invitations ${params.id}`, invitationList, query);
        const rows = await invitations.list(actor, params.id, asked.page);
        const { shown, nextCursor } = asked.shownOf(rows);
        return { invitations: shown.map(presentInvitation), next_cursor: nextCursor };
      },
    ),
    route(
      {
        method: "POST",
        path: "/organizations/:id/invitations",
        id: "invite",
        tag,
        summary: "Invite somebody by mail, or make a link for whoever gets it",
        description: "It is good for seven days and one person. Developer, where no role is given.",
        params: byId,
        body: invitationBody,
        bodyOptional: true,
        success: [{ status: 201, about: "The invitation and its token", schema: newInvitation }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => {
        const made = await invitations.invite(actor, params.id, body.email ?? null, body.role ?? "Developer");
        return created({ ...presentInvitation(made.invitation), token: made.token });
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/organizations/:id/invitations/:invitationId",
        id: "revokeInvitation",
        tag,
        summary: "Take an invitation back",
        params: z.object({ id: idField, invitationId: idField }),
        success: [{ status: 200, about: "It is gone", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await invitations.revoke(actor, params.id, params.invitationId);
        return { message: "Invitation revoked" };
      },
    ),
  ];
}
