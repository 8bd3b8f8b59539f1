import { layOut, type MailMessage } from "../../platform/mail/layout.ts";
import type { NewMail } from "../../platform/mail/mail-queue.ts";

/** What a mail to an account's owner may speak of. */
interface Facts {
  displayName: string;
  /** Where the web app answers. */
  baseUrl: string;
}

/** Facts of mails that hold a token. */
interface TokenFacts extends Facts {
  token: string;
}

/** Facts of a mail to somebody who may have no account. */
interface InvitationFacts extends Omit<TokenFacts, "displayName"> {
  organizationName: string;
}

const ignore = "If this was not you, ignore this mail: nothing has changed.";
const warn = "If this was not you, set a new password now and end all other sessions in your settings.";

/** The message catalogue of mails about accounts. English is complete; another language is another object like it. */
const english = {
  password_reset: ({ displayName, baseUrl, token }: TokenFacts): MailMessage => ({
    subject: "Set a new password",
    opening: [`Hello ${displayName},`, "somebody asked to set a new password for your account."],
    action: { label: "Set a new password", url: linkTo(baseUrl, "/reset-password", token) },
    code: { label: "Or enter this code", value: token },
    closing: ["It works once, within an hour, and ends all your sessions.", ignore],
  }),
  email_verification: ({ displayName, baseUrl, token }: TokenFacts): MailMessage => ({
    subject: "Confirm your e-mail address",
    opening: [`Hello ${displayName},`, "please confirm that this address is yours."],
    action: { label: "Confirm the address", url: linkTo(baseUrl, "/verify-email", token) },
    code: { label: "Or enter this code", value: token },
    closing: ["It works once, within a day.", ignore],
  }),
  email_change_notice: ({ displayName, newEmail }: Facts & { newEmail: string }): MailMessage => ({
    subject: "Your e-mail address is about to change",
    opening: [
      `Hello ${displayName},`,
      `the address of your account shall become ${newEmail}. It does once that address is confirmed.`,
    ],
    closing: [warn],
  }),
  organization_invitation: ({ organizationName, baseUrl, token }: InvitationFacts): MailMessage => ({
    subject: `You are invited to ${organizationName}`,
    opening: ["Hello,", `you are invited to ${organizationName} on Parley.`],
    action: { label: "See the invitation", url: linkTo(baseUrl, "/invite", token) },
    code: { label: "Or give this as your invitation", value: token },
    closing: [
      "It works once, within a week, and for this address only.",
      "If you do not know who invited you, ignore this mail.",
    ],
  }),
  password_changed: ({ displayName }: Facts): MailMessage => ({
    subject: "Your password was changed",
    opening: [`Hello ${displayName},`, "the password of your account was changed just now."],
    closing: [warn],
  }),
};

type Catalogue = typeof english;
type AccountMailKind = keyof Catalogue;

/** A mail of the catalogue, ready for the queue. */
export function accountMail<Kind extends AccountMailKind>(
  kind: Kind,
  to: string,
  facts: Parameters<Catalogue[Kind]>[0],
): NewMail {
  const write = english[kind] as (facts: Parameters<Catalogue[Kind]>[0]) => MailMessage;
  return { kind, to, ...layOut(write(facts)) };
}

/** The token stands behind «#», which browsers send to no server: it reaches no log. */
function linkTo(baseUrl: string, path: string, token: string): string {
  return `${baseUrl}${path}#token=${token}`;
}
