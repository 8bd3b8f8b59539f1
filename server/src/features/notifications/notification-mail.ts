import { layOut } from "../../platform/mail/layout.ts";
import type { NewMail } from "../../platform/mail/mail-queue.ts";
import type { NotificationRow } from "./notifications.queries.ts";

/** The mail to somebody who wants to hear of this kind by mail. The link leads into the app. */
export function notificationMail(
  { kind, title, body, data }: NotificationRow,
  to: string,
  baseUrl: string,
): NewMail {
  const { conversation_id: conversationId } = JSON.parse(data) as { conversation_id?: string };
  const url = conversationId === undefined ? baseUrl : `${baseUrl}/c/${conversationId}`;
  const content = layOut({
    subject: title.replaceAll(/\s+/g, " "),
    opening: [body],
    action: { label: "Open Parley", url },
    closing: ["You get this mail because you asked for it. Your settings say of what you hear, and how."],
  });
  return { to, kind: `notification_${kind}`, ...content };
}
