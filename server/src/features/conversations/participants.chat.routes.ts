import { z } from "zod";
import { byId, idField } from "../../platform/http/fields.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import {
  type ChatPresenter,
  chat,
  chatParticipant,
  presentChatParticipant,
} from "./conversations.chat.schema.ts";
import type { Conversations } from "./conversations.service.ts";
import type { Participants } from "./participants.service.ts";

const tag = "Chats";
const added = z.object({ chat, participants: z.array(chatParticipant) });

/** Who takes part, in the chat dialect. */
export function participantsChatRoutes(
  participants: Participants,
  conversations: Conversations,
  chats: ChatPresenter,
): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/:id/participants",
        id: "addChatParticipant",
        tag,
        summary: "Add somebody to a group",
        params: byId,
        body: z.object({ userId: idField }),
        success: [
          { status: 201, about: "The chat and who is new in it", schema: added },
          { status: 200, about: "They were in already", schema: added },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, body }, actor) => {
        const people = [{ userId: body.userId, role: "member" as const }];
        const fresh = await participants.add(actor, params.id, people, { isAnnounced: true });
        const { chat } = await chats.present(actor, await conversations.get(actor, params.id));
        const view = { chat, participants: fresh.map(presentChatParticipant) };
        return fresh.length > 0 ? created(view) : view;
      },
    ),
    route(
      {
        method: "DELETE",
        path: "/:id/participants/:participantId",
        id: "removeChatParticipant",
        tag,
        summary: "Remove somebody from a group, or oneself",
        params: z.object({ id: idField, participantId: idField }),
        success: [
          {
            status: 200,
            about: "They are out",
            schema: z.object({ chatId: idField, participantId: idField }),
          },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => {
        await participants.remove(actor, params.id, params.participantId);
        return { chatId: params.id, participantId: params.participantId };
      },
    ),
  ];
}
