import { z } from "zod";
import { isoTimeOrNull } from "../../platform/clock.ts";
import { idField, timeField } from "../../platform/http/fields.ts";
import type { UserRow } from "../identity/index.ts";

/** What somebody says of themselves: that they are here, or not. */
export const presenceReport = z.object({ online: z.boolean() });

export const publicUser = z
  .object({
    id: idField,
    username: z.string(),
    display_name: z.string(),
    avatar_url: z.string().nullable(),
    is_bot: z.boolean().meta({ description: "A program, which comes in by an API key." }),
    online: z.boolean(),
    last_seen_at: timeField.nullable(),
    email: z.string().nullable().optional().meta({ description: "Only to oneself and administrators." }),
  })
  .meta({ id: "User" });

export const presence = z
  .object({ user_id: idField, online: z.boolean(), last_seen_at: timeField.nullable() })
  .meta({ id: "Presence" });

/** Whether somebody is here, and since when not. */
export interface PresenceState {
  online: boolean;
  lastSeenAt: number | null;
}

export function presentUser(
  user: UserRow,
  state: PresenceState,
  withEmail: boolean,
): z.output<typeof publicUser> {
  return {
    id: user.id,
    username: user.username,
    display_name: user.display_name,
    avatar_url: user.avatar_url,
    is_bot: user.is_bot === 1,
    online: state.online,
    last_seen_at: isoTimeOrNull(state.lastSeenAt),
    ...(withEmail ? { email: user.email } : {}),
  };
}
