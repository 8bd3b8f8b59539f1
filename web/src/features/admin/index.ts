export { AuditPage } from "./audit-page.tsx";
export { MailPage } from "./mail-page.tsx";
export { OrganizationsPage } from "./organizations-page.tsx";
export { OverviewPage } from "./overview-page.tsx";
export { UsersPage } from "./users-page.tsx";
