export { InvitationSettings } from "./invitation-settings.tsx";
export { MemberSettings } from "./member-settings.tsx";
export { OrganizationSettings } from "./organization-settings.tsx";
