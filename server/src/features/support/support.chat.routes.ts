import { z } from "zod";
import { created, type Route, route } from "../../platform/http/route.ts";
import { type ChatPresenter, type Conversations, chat } from "../conversations/index.ts";
import { openChatBody } from "./support.schema.ts";
import type { Support } from "./support.service.ts";

/** Support in the chat dialect: the conversation is the one that `/v1/support` shows. */
export function supportChatRoutes(
  support: Support,
  conversations: Conversations,
  chats: ChatPresenter,
): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/support",
        id: "openSupportChat",
        tag: "Chats",
        summary: "Ask for help",
        body: openChatBody,
        bodyOptional: true,
        success: [{ status: 201, about: "The chat", schema: z.object({ chat }) }],
        errors: ["FORBIDDEN"],
        rates: ["chatMessages"],
      },
      async ({ body }, actor) => {
        const id = await support.open(actor, {
          subject: body.subject ?? null,
          message: body.initialMessage ?? null,
          isAnnounced: true,
        });
        return created(await chats.present(actor, await conversations.get(actor, id)));
      },
    ),
  ];
}
