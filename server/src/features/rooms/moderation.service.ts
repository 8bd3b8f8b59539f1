import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { forbidden, notFound } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { newId } from "../../platform/ids.ts";
import {
  canModerate,
  type Membership,
  type Memberships,
  type ParticipantRole,
  type Participants,
} from "../conversations/index.ts";
import type { StoredMessages } from "../messages/index.ts";
import { findPeople } from "../people/index.ts";
import {
  type BanRow,
  deleteBan,
  findReportOf,
  insertReport,
  type ListedBan,
  listBans,
  listReports,
  putBan,
  type ReportRow,
  resolveReport,
} from "./moderation.queries.ts";
import { canBan } from "./rooms.policy.ts";

export type { BanRow, ReportRow };

interface NewBan {
  userId: string;
  reason: string | null;
  /** When it ends by itself; null: not by itself. */
  until: number | null;
}

/** Keeping order in rooms: who may not come in, and what people complained about. */
export class Moderation {
  readonly #database: Database;
  readonly #memberships: Memberships;
  readonly #participants: Participants;
  readonly #stored: StoredMessages;
  readonly #trail: ChangeTrail;

  constructor(
    database: Database,
    memberships: Memberships,
    participants: Participants,
    stored: StoredMessages,
    trail: ChangeTrail,
  ) {
    this.#database = database;
    this.#memberships = memberships;
    this.#participants = participants;
    this.#stored = stored;
    this.#trail = trail;
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for whoever keeps no order there. */
  async listBans(actor: Actor, roomId: string, page: ListPage<ListedBan>): Promise<ListedBan[]> {
    await this.#requireModerator(actor, roomId);
    return listBans(this.#database.query, roomId, now(), page);
  }

  /**
   * Takes somebody out of the room, if they are in, and lets them in no more. In one transaction.
   * @throws AppError NOT_FOUND, FORBIDDEN for whoever may not remove this person.
   */
  async ban(actor: Actor, roomId: string, { userId, reason, until }: NewBan): Promise<BanRow> {
    const { membership, role } = await this.#requireModerator(actor, roomId);
    const requireRight = (held: ParticipantRole) => {
      if (userId === actor.userId || !canBan(membership, held, membership.roles.get(userId)))
        throw forbidden("You may not ban this person from the room.");
    };
    requireRight(role);
    const [person] = await findPeople(this.#database.query, actor.organizationId, [userId]);
    if (person === undefined) throw notFound("user");
    const ban = {
      conversation_id: roomId,
      user_id: userId,
      organization_id: actor.organizationId,
      banned_by: actor.userId,
      reason,
      until,
      created_at: now(),
    };
    await this.#database.transaction(async (tx) => {
      requireRight(await this.#participants.roleNow(tx, actor, roomId));
      await this.#participants.removeIfIn(tx, roomId, userId);
      await putBan(tx.query, ban);
      this.#trail.record(
        tx,
        changeBy(actor, { action: "room.user_banned", targetType: "room", targetId: roomId }),
      );
    });
    return ban;
  }

  /** Lets somebody in again; they are not brought back. @throws AppError as `listBans`. */
  async lift(actor: Actor, roomId: string, userId: string): Promise<void> {
    await this.#requireModerator(actor, roomId);
    await this.#database.transaction(async (tx) => {
      await deleteBan(tx.query, roomId, userId);
      this.#trail.record(
        tx,
        changeBy(actor, { action: "room.ban_lifted", targetType: "room", targetId: roomId }),
      );
    });
  }

  /**
   * Tells those who keep order of a message. What it said then is kept with the report. Once a person.
   * @throws AppError NOT_FOUND, or FORBIDDEN for whoever is not in the conversation.
   */
  async report(
    actor: Actor,
    messageId: string,
    reason: string | null,
  ): Promise<{ report: ReportRow; isNew: boolean }> {
    const { message } = await this.#stored.require(actor, messageId);
    const report = {
      id: newId(),
      organization_id: actor.organizationId,
      conversation_id: message.conversation_id,
      message_id: messageId,
      seq: message.seq,
      sender_id: message.sender_id,
      content: message.content,
      reporter_id: actor.userId,
      reason,
      created_at: now(),
      resolved_at: null,
      resolved_by: null,
    };
    const { query } = this.#database;
    const isNew = await insertReport(query, report);
    const known = isNew ? report : await findReportOf(query, actor.organizationId, messageId, actor.userId);
    return { report: known ?? report, isNew };
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN for whoever keeps no order there. */
  async listReports(
    actor: Actor,
    roomId: string,
    isResolved: boolean,
    page: ListPage<ReportRow>,
  ): Promise<ReportRow[]> {
    await this.#requireModerator(actor, roomId);
    return listReports(this.#database.query, roomId, isResolved, page);
  }

  /** Says that a report was dealt with. @throws AppError as `listReports`, NOT_FOUND also for an unknown report. */
  async resolve(actor: Actor, roomId: string, reportId: string): Promise<ReportRow> {
    await this.#requireModerator(actor, roomId);
    const resolution = { resolved_at: now(), resolved_by: actor.userId };
    const report = await resolveReport(this.#database.query, roomId, reportId, resolution);
    if (report === undefined) throw notFound("report");
    return report;
  }

  async #requireModerator(
    actor: Actor,
    roomId: string,
  ): Promise<{ membership: Membership; role: ParticipantRole }> {
    const found = await this.#memberships.find(roomId);
    if (found?.organizationId !== actor.organizationId || found.type !== "room") throw notFound("room");
    const { membership, role } = await this.#memberships.require(actor, roomId);
    if (!canModerate(membership, role)) throw forbidden("Only its moderators and admins may do this.");
    return { membership, role };
  }
}
