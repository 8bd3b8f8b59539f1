/** A mail as a person gets it. */
export interface MailContent {
  subject: string;
  text: string;
  html: string;
}

export interface Mail extends MailContent {
  /** Stays the same through all attempts, so that a receiver may know a mail that comes twice. */
  id: string;
  to: string;
}

/** The relay will never take this mail: trying again is of no use. */
export class MailRefused extends Error {}

/**
 * The way out for mail. `send` resolves once a relay has taken the mail, or whoever reads the log can see it.
 * @throws MailRefused when the relay will never take it; any other error when it may take it later.
 */
export interface Mailer {
  /** False: nobody gets the mails, so that an administrator has to hand them on. */
  readonly delivers: boolean;
  send(mail: Mail): Promise<void>;
  close(): void;
}
