import type { Tx } from "../../platform/db/database.ts";
import { forbidden } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import type { Caller } from "../../platform/http/actor.ts";
import { findDefaultOrganization, type Invitations, type Organizations } from "../organizations/index.ts";
import type { UserRow } from "./identity.queries.ts";

/** Somebody who is about to have an account. */
export interface Newcomer {
  userId: string;
  email: string;
  /** The first person of the server, who needs no invitation. */
  isFirst: boolean;
}

type Place = Pick<UserRow, "organization_id" | "organization_role">;

/** Where new people belong, and whether they may come. */
export class Admission {
  readonly #organizations: Organizations;
  readonly #invitations: Invitations;
  /** Who may come in without an invitation, after the first. */
  readonly registration: "open" | "invite";

  constructor(organizations: Organizations, invitations: Invitations, registration: "open" | "invite") {
    this.#organizations = organizations;
    this.#invitations = invitations;
    this.registration = registration;
  }

  /** Runs what may present a wrong invitation; see `Invitations.guarded`. */
  guarded<T>(invitationToken: string | undefined, caller: Caller, work: () => Promise<T>): Promise<T> {
    return invitationToken === undefined ? work() : this.#invitations.guarded(caller, work);
  }

  /** The organization that invited them, or the default one. @throws AppError FORBIDDEN, see `Invitations.redeem`. */
  async join(tx: Tx, newcomer: Newcomer, invitationToken: string | undefined): Promise<Place> {
    const { userId, email, isFirst } = newcomer;
    if (invitationToken !== undefined) {
      const guest = { userId, emailKey: folded(email), organizationId: null };
      const { organization_id, role } = await this.#invitations.redeem(tx, invitationToken, guest);
      return { organization_id, organization_role: role };
    }
    this.#requireOpen(newcomer);
    const { id } = await findDefaultOrganization(tx.query);
    return { organization_id: id, organization_role: isFirst ? "Admin" : "Developer" };
  }

  /** An organization of their own. @throws AppError FORBIDDEN. */
  async found(tx: Tx, newcomer: Newcomer, displayName: string): Promise<Place> {
    this.#requireOpen(newcomer);
    const { id } = await this.#organizations.insert(tx, { name: `${displayName}’s organization` });
    return { organization_id: id, organization_role: "Admin" };
  }

  #requireOpen({ isFirst }: Newcomer): void {
    if (!isFirst && this.registration === "invite")
      throw forbidden("This server takes new people by invitation only. Give your «invitation_token».");
  }
}
