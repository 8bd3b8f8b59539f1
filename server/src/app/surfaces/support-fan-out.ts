import type { Memberships } from "../../features/conversations/index.ts";
import type { Agents } from "../../features/identity/index.ts";
import { messageSent } from "../../features/messages/index.ts";
import { type SupportRow, supportChanged } from "../../features/support/index.ts";
import { isoTime } from "../../platform/clock.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Hub } from "../../platform/realtime/hub.ts";

interface SupportFanOut {
  events: Events;
  hub: Hub;
  agents: Agents;
  memberships: Memberships;
}

/**
 * Tells whoever sees a support conversation how it stands: its customer, and all agents, who see it before they take
 * part and hear none of its other frames until then. The frames have no version: `resume` is of one's own conversations.
 */
export function fanOutSupport({ events, hub, agents, memberships }: SupportFanOut): void {
  const tell = (organizationId: string, customerId: string | null, frame: object) => {
    const text = JSON.stringify({ type: "support_updated", ...frame });
    for (const connection of hub.open) {
      const { actor, scope } = connection;
      if (scope !== null || actor.organizationId !== organizationId) continue;
      if (actor.userId === customerId || agents.has(actor)) hub.publishTo(connection, text);
    }
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
