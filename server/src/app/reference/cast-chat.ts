import type { Cast } from "../../platform/http/examples.ts";

/** The cast in the words of the chat surface: camelCase, ids as `_id`. */
export const chatCast: Cast = {
  displayName: "Ines Albrecht",
  avatarUrl: "https://example.com/faces/ines.png",
  purchaseRequestId: "repair-2026-0314",
  messageIds: ["0199d2ca-93d4-7a06-8f3b-64e0b7c2d594"],
  replyTo: null,
  editedAt: null,
  deletedAt: null,
  readBy: [],
  initialMessage: "The key does not fit.",
  "createChat.type": "direct",
  page: 1,
  pages: 1,
  total: 1,
};
