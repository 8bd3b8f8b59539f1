import type { Log } from "../log.ts";
import type { Mailer } from "./mail.ts";

/** Without a relay: the log says that there is a mail; its text, which may hold a token, is for administrators alone. */
export function createLogMailer(log: Log): Mailer {
  return {
    delivers: false,
    async send({ id, to, subject }) {
      const hint = "SMTP_URL is not set: administrators read it at GET /v1/admin/mails";
      log.info("mail", { mail_id: id, to, subject, hint });
    },
    close: () => undefined,
  };
}
