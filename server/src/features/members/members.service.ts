import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor, Caller } from "../../platform/http/actor.ts";
import type { ApiKeys } from "../accounts/index.ts";
import type { Participants } from "../conversations/index.ts";
import {
  findUser,
  findUserForUpdate,
  hasOtherInCharge,
  type IssuedTokens,
  lockInCharge,
  type Sessions,
  type UserRow,
  updateUser,
  userChanged,
  userMoved,
} from "../identity/index.ts";
import {
  canManageOrganization,
  type Invitations,
  type OrganizationRole,
  type Organizations,
  requireSeen,
} from "../organizations/index.ts";
import { type DirectoryFilter, deleteRelations, listDirectory } from "../people/index.ts";
import { countPeople, moveUser } from "./members.queries.ts";

/** What somebody gets who is in another organization now; null: the cookie that they have goes on. */
export interface Moved {
  organizationId: string;
  user: UserRow;
  tokens: IssuedTokens | null;
}

interface Target {
  organizationId: string;
  role: OrganizationRole;
}

interface MembersParts {
  database: Database;
  events: Events;
  trail: ChangeTrail;
  organizations: Organizations;
  invitations: Invitations;
  sessions: Sessions;
  apiKeys: ApiKeys;
  participants: Participants;
}

/**
 * Who is in which organization, and as what. An account is in exactly one: joining another one means leaving, with
 * all of its conversations. An organization with people in it always has an Admin.
 */
export class Members {
  readonly #parts: MembersParts;

  constructor(parts: MembersParts) {
    this.#parts = parts;
  }

  /**
   * Those who are switched off too. @throws AppError NOT_FOUND for others' organizations, FORBIDDEN for guests.
   */
  async list(
    actor: Actor,
    organizationId: string,
    filter: Omit<DirectoryFilter, "withSwitchedOff">,
  ): Promise<UserRow[]> {
    const { query } = this.#parts.database;
    await requireSeen(query, actor, organizationId);
    if (actor.role === "guest") throw forbidden("Guests cannot use the directory.");
    return listDirectory(query, organizationId, { ...filter, withSwitchedOff: true });
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for whoever is not an Admin, CONFLICT for the last Admin. */
  async changeRole(
    actor: Actor,
    organizationId: string,
    userId: string,
    role: OrganizationRole,
  ): Promise<UserRow> {
    const { database, events, apiKeys } = this.#parts;
    await requireSeen(database.query, actor, organizationId);
    if (!canManageOrganization(actor, organizationId))
      throw forbidden("Only its Admins may change roles in an organization.");
    return database.transaction(async (tx) => {
      const user = await this.#requireMember(tx, organizationId, userId);
      if (user.organization_role === role) return user;
      if (user.organization_role === "Admin") await this.#requireAnotherAdmin(tx, user);
      const changes = { organization_role: role, updated_at: now() };
      await updateUser(tx.query, organizationId, userId, changes);
      await apiKeys.restrain(tx, { ...user, ...changes });
      events.emit(tx, userChanged, { userId });
      this.#record(tx, actor, organizationId, userId, "member.role_changed", ["role"]);
      return { ...user, ...changes };
    });
  }

  /**
   * Takes somebody out of an organization, or lets the caller leave: the account goes on, in an organization of its
   * own.
   * @throws AppError NOT_FOUND, FORBIDDEN for whoever is not an Admin, CONFLICT for the last Admin.
   */
  async remove(actor: Actor, organizationId: string, userId: string): Promise<void> {
    const { database, organizations } = this.#parts;
    await requireSeen(database.query, actor, organizationId);
    if (userId !== actor.userId && !canManageOrganization(actor, organizationId))
      throw forbidden("Only its Admins may remove people from an organization.");
    await database.transaction(async (tx) => {
      const user = await this.#requireMember(tx, organizationId, userId);
      if (user.organization_role === "Admin") await this.#requireAnotherAdmin(tx, user);
      const name = `${user.display_name}’s organization`;
      const { id } = await organizations.insert(tx, { name });
      await this.#move(tx, user, { organizationId: id, role: "Admin" });
      this.#record(tx, actor, organizationId, userId, "member.removed");
    });
  }

  async #requireMember(tx: Tx, organizationId: string, userId: string): Promise<UserRow> {
    const user = await findUser(tx.query, organizationId, userId);
    if (user === undefined || user.is_placeholder === 1) throw notFound("member");
    return user;
  }

  /** @throws AppError CONFLICT. */
  async #requireAnotherAdmin(tx: Tx, user: UserRow): Promise<void> {
    if (user.role === "admin")
      throw conflict("role", "A server admin is Admin of their organization. Change the server role first.");
    const { id, organization_id: organizationId } = user;
    await lockInCharge(tx.query, this.#parts.database.engine, organizationId);
    if (await hasOtherInCharge(tx.query, { organizationId }, id, now())) return;
    throw conflict("role", "An organization needs an Admin. Make somebody else one first.");
  }

  /** Moves the caller's account to where the invitation leads. @throws AppError, see `Invitations.redeem`. */
  accept(actor: Actor, token: string, caller: Caller): Promise<Moved> {
    const { database, invitations } = this.#parts;
    return invitations.guarded(caller, async () => {
      const { user, renew } = await database.transaction(async (tx) => {
        const { userId, organizationId } = actor;
        const own = await this.#requireMember(tx, organizationId, userId);
        const guest = { userId, emailKey: own.email_key, organizationId };
        const invitation = await invitations.redeem(tx, token, guest);
        const target = { organizationId: invitation.organization_id, role: invitation.role };
        this.#record(tx, actor, target.organizationId, userId, "invitation.accepted");
        return this.#moveSelf(tx, actor, target);
      });
      const tokens = renew === null ? null : await renew();
      return { organizationId: user.organization_id, user, tokens };
    });
  }

  async #moveSelf(tx: Tx, actor: Actor, target: Target) {
    const user = await this.#requireMember(tx, actor.organizationId, actor.userId);
    if (user.role === "admin")
      throw conflict("role", "A server admin stays in their organization. Change the server role first.");
    const isAlone = (await countPeople(tx.query, user.organization_id)) === 1;
    if (user.organization_role === "Admin" && !isAlone) await this.#requireAnotherAdmin(tx, user);
    const moved = await this.#move(tx, user, target);
    return { user: moved, renew: await this.#parts.sessions.renew(tx, moved, actor.sessionId) };
  }

  async #move(tx: Tx, user: UserRow, { organizationId, role }: Target): Promise<UserRow> {
    const { database, events, participants, apiKeys } = this.#parts;
    // No key is made from here on.
    await findUserForUpdate(tx.query, database.engine, user.id);
    // Their service users are of the organization that is left.
    await apiKeys.restrain(tx, user, true);
    await participants.removeEverywhere(tx, user.organization_id, user.id);
    await deleteRelations(tx.query, user.id);
    await moveUser(tx.query, user, organizationId, role, now());
    events.emit(tx, userChanged, { userId: user.id });
    events.emit(tx, userMoved, { userId: user.id, from: user.organization_id, to: organizationId });
    return { ...user, organization_id: organizationId, organization_role: role };
  }

  #record(
    tx: Tx,
    actor: Actor,
    organizationId: string,
    userId: string,
    action: string,
    details: string[] = [],
  ): void {
    const change = changeBy(actor, { action, targetType: "user", targetId: userId, details });
    this.#parts.trail.record(tx, { ...change, organizationId });
  }
}
