import { defineEvent } from "../../platform/events/events.ts";
import type { InvitationRow } from "./organizations.queries.ts";

/** For whoever has an account already; the mail with the token is in the queue. */
export const invitationMade = defineEvent<{ invitation: InvitationRow; organizationName: string }>(
  "invitation.made",
);
