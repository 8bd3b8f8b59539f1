export { verifyTrail } from "../features/audit/index.ts";
