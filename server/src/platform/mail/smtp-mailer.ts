import { createTransport } from "nodemailer";
import { z } from "zod";
import { type Mailer, MailRefused } from "./mail.ts";

interface SmtpOptions {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  url: string;
  /** An address, or `Name <address>`. */
  from: string;
}

const connectMs = 10_000;
const silenceMs = 30_000;
const reply = z.object({ responseCode: z.number() });

/** Mail through a relay (nodemailer), over one connection that is kept open while there is something to send. */
export function createSmtpMailer({ url, from }: SmtpOptions): Mailer {
  const { hostname, port, protocol, username, password } = new URL(url);
  const secure = protocol === "smtps:";
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === ""
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^>\s]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
  return {
    delivers: true,
    async send({ id, to, subject, text, html }) {
      try {
        await transport.sendMail({
          messageId: `<${id}@${domain}>`,
          from,
          to: { name: "", address: to },
          subject,
          text,
          html,
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        const { data } = reply.safeParse(error);
        // 5xx: the relay will say the same tomorrow (RFC 5321 section 4.2.1), but for a sign-in that can be mended.
        const isFinal = data !== undefined && data.responseCode >= 500 && data.responseCode !== 535;
        throw isFinal ? new MailRefused("The relay refused the mail.", { cause: error }) : error;
      }
    },
    close: () => transport.close(),
  };
}
