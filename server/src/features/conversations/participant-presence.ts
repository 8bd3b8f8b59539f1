import type { z } from "zod";
import { isoTimeOrNull } from "../../platform/clock.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Presence } from "../people/index.ts";
import { type participantWithPresence, presentParticipant } from "./conversations.schema.ts";
import type { ParticipantWithUser } from "./participants.queries.ts";

/** A participant with what the actor may see of their presence. */
export function presentWithPresence(
  presence: Presence,
  actor: Actor,
  row: ParticipantWithUser,
): z.output<typeof participantWithPresence> {
  const { online, lastSeenAt } = presence.stateFor(actor, {
    id: row.user_id,
    last_seen_at: row.last_seen_at,
  });
  return { ...presentParticipant(row), online, last_seen_at: isoTimeOrNull(lastSeenAt) };
}
