import { z } from "zod";
import { isoTime, isTimeZone } from "../../platform/clock.ts";
import { idField, timeField, visibleText } from "../../platform/http/fields.ts";
import type { InvitationRow, OrganizationWithCount } from "./organizations.queries.ts";

export const organizationRole = z.enum(["Admin", "Developer", "Manager", "Viewer"]);

const slugField = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "may hold a-z, 0-9 and single hyphens between them" })
  .min(2)
  .max(60);

const timeZoneField = z.string().refine(isTimeZone, { error: "must be an IANA time zone, such as UTC" });

const nameField = visibleText(100).meta({ examples: ["Boat house"] });

export const newOrganizationBody = z.object({
  name: nameField,
  slug: slugField.optional(),
  time_zone: timeZoneField.optional(),
});

export const organizationChanges = z.object({
  name: nameField.optional(),
  slug: slugField.optional(),
  time_zone: timeZoneField.optional(),
  plan: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, { error: "must be 1 to 40 of a-z, 0-9, _ and -" })
    .optional()
    .meta({ description: "For server admins.", examples: ["free"] }),
});

const organizationFields = {
  id: idField,
  slug: z.string(),
  name: z.string(),
  time_zone: z.string(),
  plan: z.string().meta({ examples: ["free"] }),
  member_count: z
    .number()
    .int()
    .meta({ examples: [7] }),
  created_at: timeField,
  updated_at: timeField,
};

export const organization = z.object(organizationFields).meta({ id: "Organization" });

export const invitationBody = z.object({
  email: z
    .email({ error: "must be an e-mail address" })
    .max(254)
    .optional()
    .meta({ description: "Only this person may come. Without it, whoever has the token may." }),
  role: organizationRole.optional().meta({ examples: ["Developer"] }),
});

const invitationFields = {
  id: idField,
  organization_id: idField,
  email: z.string().nullable(),
  role: organizationRole.meta({ examples: ["Developer"] }),
  created_by: idField,
  created_at: timeField,
  expires_at: timeField,
};

export const invitation = z.object(invitationFields).meta({ id: "Invitation" });

export const newInvitation = z.object({
  ...invitationFields,
  token: z.string().meta({ description: "Shown this once." }),
});

/** What holds for an organization that never set its own. */
export interface OrganizationDefaults {
  timeZone: string;
  plan: string;
}

export function presentOrganization(
  row: OrganizationWithCount,
  defaults: OrganizationDefaults,
): z.output<typeof organization> {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    time_zone: row.time_zone ?? defaults.timeZone,
    plan: row.plan ?? defaults.plan,
    member_count: Number(row.member_count),
    created_at: isoTime(row.created_at),
    updated_at: isoTime(row.updated_at ?? row.created_at),
  };
}

export function presentInvitation(row: InvitationRow): z.output<typeof invitation> {
  return {
    id: row.id,
    organization_id: row.organization_id,
    email: row.email,
    role: row.role,
    created_by: row.created_by,
    created_at: isoTime(row.created_at),
    expires_at: isoTime(row.expires_at),
  };
}
