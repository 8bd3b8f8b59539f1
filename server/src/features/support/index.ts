export { supportAssigned, supportChanged, supportWaiting } from "./support.events.ts";
export type { SupportRow } from "./support.queries.ts";
export { Support } from "./support.service.ts";
export { SupportDesk } from "./support-desk.ts";
