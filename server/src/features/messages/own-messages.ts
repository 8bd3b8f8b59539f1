import type { Queries } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { rowsInPages } from "../../platform/read-pages.ts";
import { listEverConversationIds } from "../conversations/index.ts";
import { type ListedMessage, listMessages } from "./messages.queries.ts";
import { presentListed } from "./messages.schema.ts";

const pageRows = 200;

/** What somebody wrote, conversation by conversation, those that they have left too; newest first in each. */
export async function* allOwnMessages(query: Queries, actor: Actor): AsyncGenerator<unknown> {
  const { userId, organizationId } = actor;
  const conversations = rowsInPages<string>(pageRows, (last) =>
    listEverConversationIds(query, organizationId, userId, last, pageRows),
  );
  for await (const conversationId of conversations) {
    const rows = rowsInPages<ListedMessage>(pageRows, (last) =>
      listMessages(query, conversationId, { before: last?.seq ?? null, senderId: userId, limit: pageRows }),
    );
    for await (const row of rows) {
      // How far others have read it and what they made of it is theirs.
      const { status: _, reactions: __, ...own } = presentListed(conversationId, row, "sent", [], undefined);
      yield own;
    }
  }
}
