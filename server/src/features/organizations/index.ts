export { requireWriter } from "./organizations.policy.ts";
export { findDefaultOrganization, insertOrganization } from "./organizations.queries.ts";
