import type { Log } from "../log.ts";
import type { Mailer } from "./mail.ts";

/** Without a relay: the log says that there is a mail; to whom, and its text, is for administrators alone. */
export function createLogMailer(log: Log): Mailer {
  return {
    delivers: false,
    async send({ id, subject }) {
      const hint = "SMTP_URL is not set: administrators read it at GET /v1/admin/mails";
      log.info("mail", { mail_id: id, subject, hint });
    },
    close: () => undefined,
  };
}
