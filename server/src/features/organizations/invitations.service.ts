import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Queries, Tx } from "../../platform/db/database.ts";
import { keptRows, type ListPage } from "../../platform/db/list-page.ts";
import { AppError, conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor, Caller } from "../../platform/http/actor.ts";
import { newId, newSecret, sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { countFailures, type RateLimits, takeOrThrow } from "../../platform/rate-limits/rate-limits.ts";
import { invitationMade } from "./organizations.events.ts";
import { canInvite, type OrganizationRole, type Position } from "./organizations.policy.ts";
import {
  deleteOpenInvitation,
  findInvitationForUse,
  type InvitationRow,
  insertInvitation,
  listOpenInvitations,
  markInvitationAccepted,
} from "./organizations.queries.ts";
import { requireSeen } from "./organizations.service.ts";

/** Whoever uses an invitation, with an account already or about to have one. */
interface Guest {
  userId: string;
  /** Folded. */
  emailKey: string | null;
  /** Null: none yet. */
  organizationId: string | null;
}

/** What else belongs to an invitation, in the transaction that makes it. */
type Companion = (tx: Tx, invitation: InvitationRow) => Promise<void>;
/** What else belongs to an arrival, in its transaction, once the account is in the organization. */
type Arrival = (tx: Tx, invitation: InvitationRow, userId: string) => Promise<void>;
/** What an inviter is by now; null: gone, or kept out. */
type Inviter = (query: Queries, userId: string) => Promise<Position | null>;
/** Puts the mail to whom the invitation is for into the queue. */
type Mailing = (tx: Tx, to: string, facts: { organizationName: string; token: string }) => Promise<void>;

/** Invitations into organizations: by mail for one person, or as a link for whoever has it; each is used once. */
export class Invitations {
  readonly #database: Database;
  readonly #events: Events;
  readonly #trail: ChangeTrail;
  readonly #rates: RateLimits;
  #mail: Mailing = async () => undefined;
  #welcome: Arrival = async () => undefined;
  #inviter: Inviter = async () => null;

  constructor(database: Database, events: Events, trail: ChangeTrail, rates: RateLimits) {
    this.#database = database;
    this.#events = events;
    this.#trail = trail;
    this.#rates = rates;
  }

  /** Told once, when the app is put together. */
  mailWith(mail: Mailing): void {
    this.#mail = mail;
  }

  /** Told once, when the app is put together. */
  welcomeWith(welcome: Arrival): void {
    this.#welcome = welcome;
  }

  /** Told once, when the app is put together. */
  knowInvitersBy(inviter: Inviter): void {
    this.#inviter = inviter;
  }

  /**
   * With an address the invitation is mailed there.
   * @throws AppError NOT_FOUND, or FORBIDDEN for whoever may not invite, or not as that; RATE_LIMIT_EXCEEDED after
   * fifty mails in an hour.
   */
  async invite(
    actor: Actor,
    organizationId: string,
    email: string | null,
    role: OrganizationRole,
    alongside: Companion = async () => undefined,
  ): Promise<{ invitation: InvitationRow; token: string }> {
    const { name } = await this.#requireInviter(actor, organizationId, role);
    if (email !== null) await takeOrThrow(this.#rates, "invitationMails", actor.userId);
    const token = newSecret();
    const at = now();
    const invitation: InvitationRow = {
      id: newId(),
      organization_id: organizationId,
      token_hash: sha256(token),
      email,
      email_key: email === null ? null : folded(email),
      role,
      created_by: actor.userId,
      created_at: at,
      expires_at: at + limits.invitationMs,
      accepted_at: null,
      accepted_by: null,
    };
    await this.#database.transaction(async (tx) => {
      await insertInvitation(tx.query, invitation);
      if (email !== null) await this.#mail(tx, email, { organizationName: name, token });
      await alongside(tx, invitation);
      this.#record(tx, actor, invitation, "invitation.made");
      this.#events.emit(tx, invitationMade, { invitation, organizationName: name });
    });
    return { invitation, token };
  }

  /** Those that may still be used, as things are now. @throws AppError NOT_FOUND or FORBIDDEN. */
  async list(actor: Actor, organizationId: string, page: ListPage<InvitationRow>): Promise<InvitationRow[]> {
    await this.#requireInviter(actor, organizationId, "Viewer");
    const { query } = this.#database;
    const at = now();
    const makers = new Map<string, Position | null>();
    const holds = async (row: InvitationRow) => {
      const { created_by: id } = row;
      if (!makers.has(id)) makers.set(id, await this.#inviter(query, id));
      return canStillLetIn(makers.get(id) ?? null, row);
    };
    return keptRows(page, holds, (slice) => listOpenInvitations(query, organizationId, at, slice));
  }

  /** @throws AppError NOT_FOUND, also for one that was used, or FORBIDDEN. */
  async revoke(actor: Actor, organizationId: string, id: string): Promise<void> {
    await this.#requireInviter(actor, organizationId, "Viewer");
    await this.#database.transaction(async (tx) => {
      if (!(await deleteOpenInvitation(tx.query, organizationId, id))) throw notFound("invitation");
      this.#record(tx, actor, { id, organization_id: organizationId }, "invitation.revoked");
    });
  }

  async #requireInviter(actor: Actor, organizationId: string, role: OrganizationRole) {
    const organization = await requireSeen(this.#database.query, actor, organizationId);
    if (!canInvite(actor, organizationId, role))
      throw forbidden("Only its Admins, and below Admin its Managers, may invite to an organization.");
    return organization;
  }

  #record(tx: Tx, actor: Actor, to: Pick<InvitationRow, "id" | "organization_id">, action: string): void {
    const change = changeBy(actor, { action, targetType: "invitation", targetId: to.id });
    this.#trail.record(tx, { ...change, organizationId: to.organization_id });
  }

  /** Bounds guessing: twenty wrong tokens an hour from one network. @throws AppError RATE_LIMIT_EXCEEDED. */
  guarded<T>({ network }: Caller, work: () => Promise<T>): Promise<T> {
    return countFailures(this.#rates, "wrongTokens", network, isUnknownToken, work);
  }

  /**
   * Uses an invitation up, in the transaction that lets its guest in. Call it inside `guarded`.
   * @throws AppError NOT_FOUND for a token that is unknown or revoked, or whose maker could not invite any more; CONFLICT
   * for one that was used, has ended, or leads to where the guest is already; FORBIDDEN for one that was meant for
   * somebody else.
   */
  async redeem(tx: Tx, token: string, guest: Guest): Promise<InvitationRow> {
    const invitation = await findInvitationForUse(tx.query, this.#database.engine, sha256(token));
    if (invitation === undefined) throw unknownToken();
    if (invitation.accepted_at !== null)
      throw conflict("token", "This invitation was used before. Ask for a new one.");
    if (invitation.expires_at <= now())
      throw conflict("token", "This invitation has ended. Ask for a new one.");
    if (invitation.email_key !== null && invitation.email_key !== guest.emailKey)
      throw forbidden("This invitation is for another e-mail address.");
    if (invitation.organization_id === guest.organizationId)
      throw conflict("organization_id", "You are in this organization already.");
    if (!canStillLetIn(await this.#inviter(tx.query, invitation.created_by), invitation))
      throw unknownToken();
    await markInvitationAccepted(tx.query, invitation.id, guest.userId, now());
    // The account is made or moved after this.
    tx.beforeCommit(() => this.#welcome(tx, invitation, guest.userId));
    return invitation;
  }
}

/** An invitation ends with the standing of its maker, and holds again when that comes back. */
function canStillLetIn(maker: Position | null, { organization_id, role }: InvitationRow): boolean {
  return maker !== null && canInvite(maker, organization_id, role);
}

function unknownToken(): AppError {
  return new AppError("NOT_FOUND", "No such invitation. It may have been taken back; ask for a new one.");
}

function isUnknownToken(error: unknown): boolean {
  return error instanceof AppError && error.code === "NOT_FOUND";
}
