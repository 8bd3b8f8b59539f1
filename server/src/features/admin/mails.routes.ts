import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, timeField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, route } from "../../platform/http/route.ts";
import { mailList } from "../../platform/mail/mail.lists.ts";
import type { ListedMail, MailQueue } from "../../platform/mail/mail-queue.ts";

const mail = z
  .object({
    id: idField,
    kind: z.string().meta({ examples: ["password_reset"] }),
    to: z.string().meta({ examples: ["ines@example.com"] }),
    subject: z.string().meta({ examples: ["Set a new password"] }),
    state: z.enum(["queued", "sent", "logged", "failed"]).meta({
      description: "`logged`: no relay is set (SMTP_URL), so that an administrator has to hand it on.",
    }),
    text: z
      .string()
      .nullable()
      .meta({ description: "Null where mails reach people by themselves.", examples: ["Hello Ines, …"] }),
    html: z
      .string()
      .nullable()
      .meta({ examples: ["<!doctype html>…"] }),
    attempts: z.number().int(),
    last_error: z
      .string()
      .nullable()
      .meta({ examples: ["connect ECONNREFUSED 192.0.2.7:587"] }),
    created_at: timeField,
    sent_at: timeField.nullable(),
  })
  .meta({ id: "Mail" });

/** Mails of the last seven days, for whoever runs the server. */
export function mailsRoutes(mails: MailQueue): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/admin/mails",
        id: "listMails",
        tag: "Administration",
        summary: "Mails of the last week, newest first",
        description: "Where no relay is set, with their texts: they reach nobody else.",
        query: listQueryOf(mailList, "an address or a subject"),
        success: [
          {
            status: 200,
            about: "The mails",
            schema: z.object({ mails: z.array(mail), next_cursor: z.string().nullable() }),
          },
        ],
        errors: ["FORBIDDEN"],
      },
      async ({ query }) => {
        const asked = askedPage("mails", mailList, query);
        const { shown, nextCursor } = asked.shownOf(await mails.list(asked.page));
        return { mails: shown.map(presentMail), next_cursor: nextCursor };
      },
    ),
  ];
}

function presentMail(row: ListedMail): z.output<typeof mail> {
  return {
    id: row.id,
    kind: row.kind,
    to: row.recipient,
    subject: row.subject,
    state: row.state,
    text: row.content?.text ?? null,
    html: row.content?.html ?? null,
    attempts: row.attempts,
    last_error: row.last_error,
    created_at: isoTime(row.created_at),
    sent_at: isoTimeOrNull(row.sent_at),
  };
}
