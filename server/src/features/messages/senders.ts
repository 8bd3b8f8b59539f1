import type { AppendTx, Database } from "../../platform/db/database.ts";
import type { AppError } from "../../platform/errors.ts";
import { listStandings, type Memberships, type Standing } from "../conversations/index.ts";
import { notEncrypted, readOnlyConversation } from "./messages.errors.ts";
import { canPost } from "./messages.policy.ts";

interface Sender {
  conversationId: string;
  senderId: string;
}

/**
 * Who still takes part, and as what, now that nobody else can change it. With one writer a membership in memory is
 * exact, since each change brings it up to date; PostgreSQL is asked under the heads' locks.
 * @returns undefined of who takes no part.
 */
export async function standingsOf(
  { engine }: Database,
  memberships: Memberships,
  tx: AppendTx,
  senders: readonly Sender[],
): Promise<(sender: Sender) => Standing | undefined> {
  const kept = ({ conversationId }: Sender) =>
    engine === "sqlite" ? memberships.peek(conversationId) : undefined;
  const asked = senders.filter((sender) => kept(sender) === undefined);
  const read =
    asked.length === 0
      ? new Map<string, Standing>()
      : await listStandings(
          tx.query,
          [...new Set(asked.map((sender) => sender.conversationId))],
          [...new Set(asked.map((sender) => sender.senderId))],
        );
  return (sender) => {
    const membership = kept(sender);
    if (membership === undefined) return read.get(`${sender.conversationId} ${sender.senderId}`);
    const role = membership.roles.get(sender.senderId);
    const { isE2ee, permissions } = membership;
    return role === undefined ? undefined : { role, isE2ee, permissions };
  };
}

/** What was allowed when the message was made, and is no more. */
export function refusalOf({ isEncrypted }: { isEncrypted: boolean }, standing: Standing): AppError | null {
  if (!canPost(standing, standing.role)) return readOnlyConversation();
  return standing.isE2ee && !isEncrypted ? notEncrypted() : null;
}
