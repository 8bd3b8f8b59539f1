export type { ChangeRow } from "./changes-trail.queries.ts";
export { ChangesTrail, verifyTrail } from "./changes-trail.service.ts";
export type { RequestRow } from "./requests-trail.queries.ts";
export { RequestsTrail } from "./requests-trail.service.ts";
