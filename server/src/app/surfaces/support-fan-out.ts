import type { Memberships } from "../../features/conversations/index.ts";
import type { Agents } from "../../features/identity/index.ts";
import { messageSent } from "../../features/messages/index.ts";
import { type SupportRow, supportChanged } from "../../features/support/index.ts";
import { isoTime } from "../../platform/clock.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";

interface SupportFanOut {
  events: Events;
  agents: Agents;
  memberships: Memberships;
  tellThose(isMeant: (actor: Actor) => boolean, frame: string): void;
}

/**
 * Tells whoever sees a support conversation how it stands: its customer, and all agents, who see it before they take
 * part and hear none of its other frames until then. The frames have no version: `resume` is of one's own conversations.
 */
export function fanOutSupport({ events, agents, memberships, tellThose }: SupportFanOut): void {
  const tell = (organizationId: string, customerId: string | null, frame: object) => {
    const sees = (actor: Actor) =>
      actor.organizationId === organizationId && (actor.userId === customerId || agents.has(actor));
    tellThose(sees, JSON.stringify({ type: "support_updated", ...frame }));
  };
  events.on(supportChanged, ({ support, subject }) =>
    tell(support.organization_id, support.customer_id, standingOf(support, subject)),
  );
  events.on(messageSent, ({ message }) => {
    const membership = memberships.peek(message.conversation_id);
    if (membership?.type !== "support") return;
    const { conversation_id, seq, created_at } = message;
    tell(membership.organizationId, null, { conversation_id, seq, last_message_at: isoTime(created_at) });
  });
}

function standingOf(support: SupportRow, subject: string | null) {
  const { conversation_id, status, customer_id, agent_id, updated_at } = support;
  return { conversation_id, status, subject, customer_id, agent_id, updated_at: isoTime(updated_at) };
}
