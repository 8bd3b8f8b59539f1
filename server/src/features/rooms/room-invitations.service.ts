import type { Database, Tx } from "../../platform/db/database.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor } from "../../platform/http/actor.ts";
import {
  canAddParticipants,
  type Memberships,
  type Participants,
  type ParticipantWithUser,
} from "../conversations/index.ts";
import { findUserBySignIn } from "../identity/index.ts";
import { canInvite, type InvitationRow, type Invitations } from "../organizations/index.ts";
import { findRoomInvitation, insertRoomInvitation } from "./rooms.queries.ts";
import type { Rooms } from "./rooms.service.ts";

/** Somebody was brought in, or, without an account here, invited to the organization first. */
interface Invited {
  participants: ParticipantWithUser[];
  made: { invitation: InvitationRow; token: string } | null;
}

/** As whoever registers by themselves. */
const newcomerRole = "Developer";

/** Rooms for people known by their address alone: they come in with the account that an invitation makes. */
export class RoomInvitations {
  readonly #database: Database;
  readonly #memberships: Memberships;
  readonly #participants: Participants;
  readonly #invitations: Invitations;
  readonly #rooms: Rooms;

  constructor(
    database: Database,
    memberships: Memberships,
    participants: Participants,
    invitations: Invitations,
    rooms: Rooms,
  ) {
    this.#database = database;
    this.#memberships = memberships;
    this.#participants = participants;
    this.#invitations = invitations;
    this.#rooms = rooms;
    invitations.welcomeWith((tx, { id }, userId) => this.#letIn(tx, id, userId));
  }

  /**
   * @throws AppError FORBIDDEN for whoever may not invite to the room; NOT_FOUND for what is no room, and for an
   * address without an account here if the caller may not invite to the organization.
   */
  async byEmail(actor: Actor, roomId: string, email: string): Promise<Invited> {
    await this.#rooms.requireRoom(actor, roomId);
    const { membership, role } = await this.#memberships.require(actor, roomId);
    const user = await findUserBySignIn(this.#database.query, "email_key", folded(email));
    if (user?.organization_id === actor.organizationId)
      return { participants: await this.#rooms.add(actor, roomId, [user.id]), made: null };
    if (!canAddParticipants(membership, role, ["member"]))
      throw forbidden("You may not invite to this room.");
    if (!canInvite(actor, actor.organizationId, newcomerRole)) throw notFound("account in this organization");
    const made = await this.#invitations.invite(
      actor,
      actor.organizationId,
      email,
      newcomerRole,
      (tx, { id }) =>
        insertRoomInvitation(tx.query, {
          invitation_id: id,
          conversation_id: roomId,
          invited_by: actor.userId,
        }),
    );
    return { participants: [], made };
  }

  async #letIn(tx: Tx, invitationId: string, userId: string): Promise<void> {
    const invited = await findRoomInvitation(tx.query, invitationId);
    if (invited === undefined) return;
    await this.#participants.letIn(tx, invited.conversation_id, userId, invited.invited_by);
  }
}
