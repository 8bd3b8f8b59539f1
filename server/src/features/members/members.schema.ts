import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { idField, timeField } from "../../platform/http/fields.ts";
import { ownUser, presentOwnUser, presentTokens, tokens, type UserRow } from "../identity/index.ts";
import { organizationRole } from "../organizations/index.ts";
import type { Moved } from "./members.service.ts";

export const memberRole = organizationRole.meta({ examples: ["Developer"] });

export const member = z
  .object({
    user_id: idField,
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    role: memberRole,
    created_at: timeField,
    email: z.string().nullable().optional().meta({ description: "Only to Admins and to oneself." }),
  })
  .meta({ id: "Member" });

/** In place of those that the caller has; missing where a cookie is the session. */
const newTokens = tokens.partial().shape;

export const movedAccount = z.object({ organization_id: idField, user: ownUser, ...newTokens });

export function presentMember(user: UserRow, withEmail: boolean): z.output<typeof member> {
  return {
    user_id: user.id,
    username: user.username,
    display_name: user.display_name,
    avatar_url: user.avatar_url,
    role: user.organization_role,
    created_at: isoTime(user.created_at),
    ...(withEmail ? { email: user.email } : {}),
  };
}

export function presentMoved({ organizationId, user, tokens: issued }: Moved): z.output<typeof movedAccount> {
  const renewed = issued === null ? {} : presentTokens(issued);
  return { organization_id: organizationId, user: presentOwnUser(user), ...renewed };
}
