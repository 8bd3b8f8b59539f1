export { Invitations } from "./invitations.service.ts";
export { invitationMade } from "./organizations.events.ts";
export { canManageOrganization, type OrganizationRole, requireWriter } from "./organizations.policy.ts";
export { findDefaultOrganization } from "./organizations.queries.ts";
export { organizationRole } from "./organizations.schema.ts";
export { Organizations, requireSeen } from "./organizations.service.ts";
