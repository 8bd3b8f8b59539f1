export { findDefaultOrganization } from "./organizations.queries.ts";
