import type { Change, ChangeTrail } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Queries, Tx } from "../../platform/db/database.ts";
import { newId, sha256 } from "../../platform/ids.ts";
import {
  type ChangeFilter,
  type ChangeRow,
  findHead,
  insertChange,
  listChanges,
  listChangesAfter,
  lockHead,
  type TrailHead,
} from "./changes-trail.queries.ts";

/** What became of reading the whole chain. */
type Verification =
  | { kind: "whole"; head: TrailHead }
  /** `position` is the first row that is not as it was written, or that is missing. */
  | { kind: "broken"; position: number; reason: string };

const rowsAtOnce = 1_000;

/**
 * The trail «changes»: sensitive operations in a chain, each row carrying the hash of the one before, so that whoever
 * changes, removes or swaps one later breaks the chain there. Cutting off the end shows against a head that was noted
 * elsewhere: the log has it every hour.
 */
export class ChangesTrail implements ChangeTrail {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  record(tx: Tx, change: Change): void {
    const at = now();
    // Last, so that of two transactions none waits for the chain while the other waits for something that it holds.
    tx.beforeCommit(async () => {
      const head = await lockHead(tx.query, this.#database.engine);
      const row = {
        position: head.position + 1,
        id: newId(),
        organization_id: change.organizationId,
        actor_id: change.actorId,
        action: change.action,
        target_type: change.targetType,
        target_id: change.targetId,
        request_id: change.caller?.requestId ?? null,
        ip: change.caller?.ip ?? null,
        outcome: change.outcome ?? "success",
        details: JSON.stringify(change.details ?? []),
        created_at: at,
        prev_hash: head.hash,
      };
      await insertChange(tx.query, { ...row, hash: hashOf(row) });
    });
  }

  /** Latest first. */
  list(filter: ChangeFilter): Promise<ChangeRow[]> {
    return listChanges(this.#database.query, filter);
  }

  /** Where the chain ends now: whoever notes it elsewhere can tell later whether the end was cut off. */
  head(): Promise<TrailHead> {
    return findHead(this.#database.query);
  }
}

/**
 * Reads the whole chain.
 * @param noted a hash that the chain ended with at some time; the chain must still hold it.
 */
export async function verifyTrail(query: Queries, noted: string | null): Promise<Verification> {
  let last: TrailHead = { position: 0, hash: "" };
  let isNotedSeen = noted === null || noted === "";
  for (;;) {
    const rows = await listChangesAfter(query, last.position, rowsAtOnce);
    for (const row of rows) {
      const fault = faultOf(row, last);
      if (fault !== null) return { kind: "broken", ...fault };
      last = { position: row.position, hash: row.hash };
      isNotedSeen ||= row.hash === noted;
    }
    if (rows.length < rowsAtOnce) break;
  }
  const head = await findHead(query);
  const isCut = head.position !== last.position || head.hash !== last.hash;
  if (isCut || !isNotedSeen) {
    const reason = isCut ? "rows at the end are missing" : "the noted head is not in the chain";
    return { kind: "broken", position: last.position + 1, reason };
  }
  return { kind: "whole", head };
}

function faultOf(row: ChangeRow, before: TrailHead): { position: number; reason: string } | null {
  const position = before.position + 1;
  if (row.position !== position) return { position, reason: "the row is missing" };
  if (row.prev_hash !== before.hash) return { position, reason: "the row does not follow the one before" };
  const { hash, ...rest } = row;
  return hashOf(rest) === hash ? null : { position, reason: "the row was changed" };
}

function hashOf(row: Omit<ChangeRow, "hash">): string {
  return sha256(
    JSON.stringify([
      row.position,
      row.id,
      row.organization_id,
      row.actor_id,
      row.action,
      row.target_type,
      row.target_id,
      row.request_id,
      row.ip,
      row.outcome,
      row.details,
      row.created_at,
      row.prev_hash,
    ]),
  );
}
