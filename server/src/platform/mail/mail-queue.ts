import { now } from "../clock.ts";
import type { Database, Tx } from "../db/database.ts";
import type { ListPage } from "../db/list-page.ts";
import { newId } from "../ids.ts";
import { limits } from "../limits.ts";
import type { Log } from "../log.ts";
import { seal, unseal } from "../sealing.ts";
import {
  claimDueMail,
  deleteMailsTo,
  deleteOldMails,
  insertMail,
  listMails,
  type MailHead,
  type MailRow,
  updateMail,
} from "./mail.queries.ts";
import { type MailContent, type Mailer, MailRefused } from "./mail.ts";

/** A mail that somebody asks for. */
export interface NewMail extends MailContent {
  to: string;
  /** What it is about, for administrators and statistics: `password_reset`. */
  kind: string;
}

/** A mail as administrators see it. */
export interface ListedMail extends MailHead {
  /** Null once a relay has it. */
  content: { text: string; html: string } | null;
}

interface MailQueueOptions {
  database: Database;
  mailer: Mailer;
  log: Log;
  /** Texts are sealed with it: they hold tokens that open accounts. */
  secret: string;
}

const sealedAs = "mail";

/**
 * Mails on their way. One is stored in the transaction of what it tells of, and sent afterwards: no request waits for
 * a relay, and what a commit promised goes out after a crash too. It goes at least once: again after 5 s, then after
 * twice the time before, two minutes at most, until it is given up after a day.
 */
export class MailQueue {
  readonly #database: Database;
  readonly #mailer: Mailer;
  readonly #log: Log;
  readonly #secret: string;
  #delivering: Promise<void> | null = null;
  #isStopping = false;

  constructor({ database, mailer, log, secret }: MailQueueOptions) {
    this.#database = database;
    this.#mailer = mailer;
    this.#log = log;
    this.#secret = secret;
  }

  /** As the mailer's: whether mails reach anybody by themselves. */
  get delivers(): boolean {
    return this.#mailer.delivers;
  }

  /** Drops whatever is or was on its way to an address. @param to null: there is none. */
  async forget(tx: Tx, to: string | null): Promise<void> {
    if (to !== null) await deleteMailsTo(tx.query, to);
  }

  /** Puts a mail in the queue, if and when `tx` is committed. */
  async enqueue(tx: Tx, { to, kind, subject, text, html }: NewMail): Promise<void> {
    const at = now();
    await insertMail(tx.query, {
      id: newId(),
      kind,
      recipient: to,
      subject,
      body: seal(JSON.stringify({ text, html }), this.#secret, sealedAs),
      state: "queued",
      attempts: 0,
      last_error: null,
      created_at: at,
      next_attempt_at: at,
      sent_at: null,
    });
    tx.afterCommit(() => this.#wake());
  }

  #wake(): void {
    this.deliver().catch((error: unknown) => this.#log.error("mails could not be delivered", { error }));
  }

  /** Sends what is due. Called by the schedule too, so that nothing waits for the next mail. */
  deliver(): Promise<void> {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = null;
    });
    return this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    while (!this.#isStopping) {
      const at = now();
      const mail = await claimDueMail(this.#database.query, at, at + limits.mailLeaseMs);
      if (mail === undefined) return;
      // A relay that is away is asked again at the next call, not once for each mail that waits.
      if (!(await this.#deliverOne(mail))) return;
    }
  }

  /** @returns false if the relay could not take it now. */
  async #deliverOne(mail: MailRow): Promise<boolean> {
    try {
      const content = this.#contentOf(mail);
      if (content !== null)
        await this.#mailer.send({ id: mail.id, to: mail.recipient, subject: mail.subject, ...content });
      const { delivers } = this.#mailer;
      await updateMail(this.#database.query, mail.id, {
        state: delivers ? "sent" : "logged",
        sent_at: now(),
        last_error: null,
        // A relay has it: the token in it is none of the server's business any more.
        ...(delivers ? { body: null } : {}),
      });
      return true;
    } catch (error) {
      await this.#putOff(mail, error);
      return error instanceof MailRefused;
    }
  }

  async #putOff(mail: MailRow, error: unknown): Promise<void> {
    const waitMs = Math.min(limits.mailRetryMs * 2 ** (mail.attempts - 1), limits.mailRetryMostMs);
    const at = now();
    const isOver = error instanceof MailRefused || at + waitMs > mail.created_at + limits.mailLifeMs;
    this.#log.warn(isOver ? "a mail was given up" : "a mail could not be sent yet", {
      mail_id: mail.id,
      attempts: mail.attempts,
      error,
    });
    await updateMail(this.#database.query, mail.id, {
      state: isOver ? "failed" : "queued",
      last_error: reasonOf(error).slice(0, 500),
      next_attempt_at: at + waitMs,
    });
  }

  #contentOf({ body }: MailRow): { text: string; html: string } | null {
    if (body === null) return null;
    return JSON.parse(unseal(body, this.#secret, sealedAs)) as { text: string; html: string };
  }

  /** With their texts where nobody else has them. */
  async list(page: ListPage<MailHead>): Promise<ListedMail[]> {
    const rows = await listMails(this.#database.query, page);
    return rows.map((row) => {
      const { body: _, ...shown } = row;
      return { ...shown, content: this.#mailer.delivers ? null : this.#contentOf(row) };
    });
  }

  /** Forgets mails of a week ago. Called about every minute. */
  maintain(): Promise<void> {
    return deleteOldMails(this.#database.query, now() - limits.mailKeptMs);
  }

  /** Begins nothing more and waits for the one that is on its way. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#delivering?.catch(() => undefined);
    this.#mailer.close();
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof MailRefused ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
