export type { ChangeRow } from "./changes-trail.queries.ts";
export { ChangesTrail, type Verification, verifyTrail } from "./changes-trail.service.ts";
