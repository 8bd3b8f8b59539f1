import { defineEvent } from "../../platform/events/events.ts";
import type { SupportRow } from "./support.queries.ts";

/** A customer waits for an agent: the conversation is new, or was reopened without one. */
export const supportWaiting = defineEvent<{ support: SupportRow; subject: string | null }>("support.waiting");

/** An agent took the conversation, or was handed it. */
export const supportAssigned = defineEvent<{ support: SupportRow; agentId: string; byId: string }>(
  "support.assigned",
);

/** It was opened, or its status or its agent is another. */
export const supportChanged = defineEvent<{ support: SupportRow; subject: string | null }>("support.changed");
