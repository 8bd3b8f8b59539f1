export { Invitations } from "./invitations.service.ts";
export { invitationMade } from "./organizations.events.ts";
export {
  canInvite,
  canManageOrganization,
  type OrganizationRole,
  type Position,
  requireWriter,
} from "./organizations.policy.ts";
export type { InvitationRow } from "./organizations.queries.ts";
export { findDefaultOrganization } from "./organizations.queries.ts";
export { newInvitation, organizationRole, presentInvitation } from "./organizations.schema.ts";
export { Organizations, requireSeen } from "./organizations.service.ts";
