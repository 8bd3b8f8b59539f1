import type { SupportRow } from "./support.queries.ts";

type SupportStatus = SupportRow["status"];

/** From which status each verb leads on; from where it leads to already, nothing changes. */
const leadsFrom: Readonly<Record<"assign" | "resolve" | "close" | "reopen", readonly SupportStatus[]>> = {
  assign: ["open", "assigned"],
  resolve: ["open", "assigned"],
  close: ["open", "assigned", "resolved"],
  reopen: ["resolved", "closed"],
};

export function canLeadOn(verb: keyof typeof leadsFrom, status: SupportStatus): boolean {
  return leadsFrom[verb].includes(status);
}

/** A customer may take up again what was resolved; what was closed only agents open again. */
export function canReopen(isAgent: boolean, status: SupportStatus): boolean {
  return isAgent || status !== "closed";
}
