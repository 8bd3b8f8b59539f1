import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { AnsweredRequest } from "../../platform/http/answered.ts";
import { newId } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { Log } from "../../platform/log.ts";
import {
  deleteRequestsBefore,
  insertRequests,
  isOfAnotherOrganization,
  listRequests,
  type RequestFilter,
  type RequestRow,
} from "./requests-trail.queries.ts";

interface Noted {
  row: RequestRow;
  /** Ids that the request named and that were not found. */
  missing: string[];
}

/** Everything of this surface is noted; of the others what looks like an attack. */
const notedWhole = "/api/v5";
const rowsAtOnce = 200;

/**
 * The trail of requests: written after the answer, in groups, never holding a request up and never failing one. What
 * waits when the server stops is written first.
 */
export class RequestsTrail {
  readonly #database: Database;
  readonly #log: Log;
  #waiting: Noted[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** The request is answered. */
  note(answered: AnsweredRequest): void {
    const missing =
      answered.status === 404 && answered.actor !== null ? [...new Set(answered.ids())].slice(0, 20) : [];
    const kind = kindOf(answered);
    if (kind === null && missing.length === 0) return;
    if (this.#waiting.length >= limits.waitingTrailRows) {
      this.#log.error("the trail of requests cannot keep up", { endpoint: answered.endpoint });
      return;
    }
    this.#waiting.push({ row: rowOf(answered, kind ?? "request"), missing });
    this.#timer ??= setTimeout(() => void this.#flush(), limits.trailFlushMs);
  }

  /** Resolves once everything noted is written, or cannot be. */
  async settle(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  list(filter: RequestFilter): Promise<RequestRow[]> {
    return listRequests(this.#database.query, filter);
  }

  /** Drops what is too old. Called about every hour. */
  async maintain(): Promise<void> {
    await deleteRequestsBefore(this.#database.query, now() - limits.requestsTrailMs);
  }

  #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const group = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing.then(() => this.#write(group));
    return this.#writing;
  }

  async #write(group: Noted[]): Promise<void> {
    try {
      const rows: RequestRow[] = [];
      for (const noted of group) {
        const row = await this.#judged(noted);
        if (row !== null) rows.push(row);
      }
      for (let from = 0; from < rows.length; from += rowsAtOnce)
        await insertRequests(this.#database.query, rows.slice(from, from + rowsAtOnce));
    } catch (error) {
      this.#log.error("requests could not be noted", { requests: group.length, error });
    }
  }

  /** Whether what was not found is another organization's is looked up here, where nobody waits for it. */
  async #judged({ row, missing }: Noted): Promise<RequestRow | null> {
    const { organization_id: organizationId } = row;
    if (organizationId !== null && missing.length > 0) {
      const isForeign = await isOfAnotherOrganization(this.#database.query, organizationId, missing);
      if (isForeign) {
        this.#log.warn("another organization's id was asked for", {
          request_id: row.request_id,
          user_id: row.user_id,
        });
        return { ...row, event_type: "foreign_id" };
      }
    }
    return row.event_type === "request" && !row.endpoint.startsWith(notedWhole) ? null : row;
  }
}

/** Null: of no interest, unless it names another organization's id. */
function kindOf({ endpoint, status, isFenced }: AnsweredRequest): RequestRow["event_type"] | null {
  if (isFenced) return "tenant_violation";
  if (status === 429) return "rate_limited";
  if (endpoint.endsWith("/auth/login") && [401, 403, 423].includes(status)) return "sign_in_failed";
  if (!endpoint.startsWith(notedWhole)) return null;
  return status === 401 ? "authentication_failed" : "request";
}

function rowOf(answered: AnsweredRequest, kind: RequestRow["event_type"]): RequestRow {
  const { actor, caller } = answered;
  return {
    id: newId(),
    organization_id: actor?.organizationId ?? null,
    user_id: actor?.userId ?? null,
    event_type: kind,
    endpoint: answered.endpoint,
    method: answered.method,
    status_code: answered.status,
    ip: caller.ip,
    user_agent: caller.userAgent?.toWellFormed().replaceAll("\0", "") ?? null,
    fields: JSON.stringify(answered.fields),
    response_time_ms: Math.round(answered.ms),
    request_id: caller.requestId,
    created_at: now(),
  };
}
