import { defineEvent } from "../../platform/events/events.ts";
import type { InvitationRow } from "./organizations.queries.ts";

/** For whoever mails it; the token is nowhere else. */
export const invitationMade = defineEvent<{
  invitation: InvitationRow;
  token: string;
  organizationName: string;
}>("invitation.made");
