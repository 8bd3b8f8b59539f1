import type { Queries } from "../../platform/db/database.ts";
import { rowsInPages } from "../../platform/read-pages.ts";
import type { Owner } from "../workspace/index.ts";
import { listAiConversations, type ShownConversationRow } from "./ai-conversations.queries.ts";
import { presentListed } from "./ai-conversations.schema.ts";
import { type AiMessageRow, listAiMessages } from "./ai-messages.queries.ts";
import { presentAiMessage } from "./ai-messages.schema.ts";

const pageRows = 100;

function conversationsOf(query: Queries, owner: Owner): AsyncGenerator<ShownConversationRow> {
  let offset = 0;
  return rowsInPages(pageRows, async () => {
    const page = await listAiConversations(query, owner, { limit: pageRows, offset });
    offset += page.length;
    return page;
  });
}

/** Every AI conversation of somebody, last changed first, without its messages. */
export async function* allAiConversations(query: Queries, owner: Owner): AsyncGenerator<unknown> {
  for await (const row of conversationsOf(query, owner)) yield presentListed(row);
}

/** What was said in them, conversation by conversation, in order. */
export async function* allAiMessages(query: Queries, owner: Owner): AsyncGenerator<unknown> {
  for await (const { id } of conversationsOf(query, owner)) {
    let offset = 0;
    const rows = rowsInPages<AiMessageRow>(pageRows, async () => {
      const page = await listAiMessages(query, id, { limit: pageRows, offset });
      offset += page.length;
      return page;
    });
    for await (const row of rows) yield presentAiMessage(row);
  }
}
