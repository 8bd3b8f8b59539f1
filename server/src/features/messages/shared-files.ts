import { isoTimeOrNull, now } from "../../platform/clock.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Heads } from "../conversations/index.ts";
import type { FileRow, Files } from "../storage/index.ts";
import { messageEdited } from "./messages.events.ts";
import { listMessagesAt, type MessageRow, updateMessage } from "./messages.queries.ts";
import { readMetadata, storedMetadata } from "./messages.schema.ts";
import { listReactionsOf } from "./reactions.queries.ts";

type ChangedFile = Pick<FileRow, "id" | "deleted_at">;

/** From now on messages say of a file that they share whether its owner has deleted it, as soon as that is so. */
export function markSharedFiles(files: Files, events: Events, heads: Heads): void {
  files.alsoForShares(async (tx, file, shares) => {
    const seqs = Map.groupBy(shares, (share) => share.conversation_id);
    // In the order in which sends lock conversations, so that two transactions never wait for each other.
    for (const conversationId of [...seqs.keys()].sort()) {
      const places = (seqs.get(conversationId) ?? []).map(({ seq }) => seq);
      const latest = await heads.advanceVersion(tx.query, conversationId, places.length);
      for (const [index, row] of (await listMessagesAt(tx.query, conversationId, places)).entries()) {
        const version = latest - places.length + index + 1;
        const message = await updateMessage(tx.query, row, { version, metadata: marked(row, file) });
        const reactions = await listReactionsOf(tx.query, message);
        events.emit(tx, messageEdited, { message, reactions, at: now() });
      }
    }
  });
}

function marked(row: MessageRow, file: ChangedFile): string {
  const { metadata, attachments } = readMetadata(row.metadata);
  const deletedAt = isoTimeOrNull(file.deleted_at);
  return storedMetadata(
    metadata,
    attachments.map((attachment) => {
      if (attachment.file_id !== file.id) return attachment;
      const { deleted_at: _, ...kept } = attachment;
      return deletedAt === null ? kept : { ...kept, deleted_at: deletedAt };
    }),
  );
}
