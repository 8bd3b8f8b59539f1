import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import { type ListPage, searchedRows } from "../../platform/db/list-page.ts";
import { conflict, forbidden, notFound, unauthorized } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import { folded } from "../../platform/folded.ts";
import type { Actor, Scope } from "../../platform/http/actor.ts";
import { newId, newSecret, sha256 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import {
  apiKeyOf,
  findUserForUpdate,
  insertUser,
  readScopes,
  requireGoodStanding,
  type Sessions,
  type UserRow,
  updateUser,
  userChanged,
} from "../identity/index.ts";
import { countApiKeys, insertApiKey, listApiKeys, listServiceUsers, takeApiKey } from "./api-keys.queries.ts";

/** A key as its maker sees it later. Times in milliseconds since 1970. */
export interface ListedApiKey {
  id: string;
  name: string;
  userId: string;
  scopes: readonly Scope[];
  createdAt: number;
  lastUsedAt: number | null;
}

type Maker = Pick<UserRow, "id" | "role" | "organization_role">;

/** A key is no device of a person's. */
const nowhere = { requestId: "", ip: null, network: "", userAgent: null };

/** Keys with which programs come in, each as a service user of its own (`is_bot`). */
export class ApiKeys {
  readonly #database: Database;
  readonly #events: Events;
  readonly #sessions: Sessions;
  readonly #trail: ChangeTrail;

  constructor(database: Database, events: Events, sessions: Sessions, trail: ChangeTrail) {
    this.#database = database;
    this.#events = events;
    this.#sessions = sessions;
    this.#trail = trail;
  }

  /**
   * @returns the key, which is told this once.
   * @throws AppError FORBIDDEN for guests, for keys themselves, and for the scope `admin` by whoever is not a server
   * admin; CONFLICT beyond 100 keys.
   */
  async create(actor: Actor, name: string, scopes: Scope[]): Promise<{ key: string; listed: ListedApiKey }> {
    requireNoKey(actor);
    requireMaker(actor, scopes);
    return this.#database.transaction(async (tx) => {
      const maker = await this.#lockMaker(tx, actor);
      requireMaker(maker, scopes);
      if ((await countApiKeys(tx.query, actor.userId)) >= limits.apiKeysPerUser)
        throw conflict("name", `You have ${limits.apiKeysPerUser} API keys. Revoke one first.`);
      const user = serviceUser(maker, name, scopes);
      await insertUser(tx.query, user);
      const secret = newSecret();
      const device = { ...nowhere, deviceName: name };
      const proof = { by: "key", hash: sha256(secret), scopes } as const;
      const { sessionId } = await this.#sessions.insert(tx, user, device, proof);
      await insertApiKey(tx.query, {
        id: sessionId,
        organization_id: user.organization_id,
        created_by: actor.userId,
        user_id: user.id,
        name,
        created_at: user.created_at,
      });
      this.#record(tx, actor, sessionId, "api_key.made", ["scopes"]);
      const { created_at: createdAt } = user;
      return {
        key: apiKeyOf(sessionId, secret),
        listed: { id: sessionId, name, userId: user.id, scopes, createdAt, lastUsedAt: null },
      };
    });
  }

  /**
   * What the maker is by now: whatever ends keys or takes from them waits until the new one is there to be ended.
   * @throws AppError UNAUTHORIZED for whoever is gone or elsewhere; BANNED, or FORBIDDEN for whoever is switched off.
   */
  async #lockMaker(tx: Tx, { userId, organizationId }: Actor): Promise<UserRow> {
    const maker = await findUserForUpdate(tx.query, this.#database.engine, userId);
    if (maker?.is_placeholder !== 0 || maker.organization_id !== organizationId) throw unauthorized();
    await requireGoodStanding(tx.query, userId);
    return maker;
  }

  /** Newest first where the page says nothing else; all of them without a page. */
  async list(actor: Actor, page?: ListPage<ListedApiKey>): Promise<ListedApiKey[]> {
    await this.#sessions.noteUses();
    if (page === undefined) return this.#read(actor.userId);
    return searchedRows(
      page,
      ({ name }) => [name],
      (slice) => this.#read(actor.userId, slice),
    );
  }

  async #read(createdBy: string, page?: ListPage<ListedApiKey>): Promise<ListedApiKey[]> {
    const rows = await listApiKeys(this.#database.query, createdBy, page);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      userId: row.user_id,
      scopes: readScopes(row.scopes) ?? [],
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at > row.opened_at ? row.last_used_at : null,
    }));
  }

  /**
   * From then on nothing comes in by the key; its sockets close. What its user wrote stays.
   * @throws AppError NOT_FOUND.
   */
  async revoke(actor: Actor, id: string): Promise<void> {
    requireNoKey(actor);
    await this.#database.transaction(async (tx) => {
      const userId = await takeApiKey(tx.query, actor.userId, id);
      if (userId === undefined) throw notFound("API key");
      await this.#retire(tx, actor.organizationId, userId);
      this.#record(tx, actor, id, "api_key.revoked");
    });
  }

  async #retire(tx: Tx, organizationId: string, userId: string): Promise<void> {
    await this.#sessions.endAllOf(tx, { userId });
    // Out of the directory: nobody can reach it any more.
    await updateUser(tx.query, organizationId, userId, { is_placeholder: 1, updated_at: now() });
    this.#events.emit(tx, userChanged, { userId });
  }

  /**
   * Leaves somebody the keys that they could make today, in the transaction of what has changed about them: none to
   * whoever is barred or a guest, none with the scope `admin` to whoever does not run the server; a Viewer's only read.
   */
  async restrain(tx: Tx, maker: Maker, isBarred = false): Promise<void> {
    const role = roleOfKeysBy(maker);
    for (const user of await listServiceUsers(tx.query, maker.id)) {
      if (isBarred || maker.role === "guest" || (user.role === "admin" && maker.role !== "admin")) {
        await takeApiKey(tx.query, maker.id, user.key_id);
        await this.#retire(tx, user.organization_id, user.id);
      } else if (user.organization_role !== role) {
        await updateUser(tx.query, user.organization_id, user.id, { organization_role: role });
        this.#events.emit(tx, userChanged, { userId: user.id });
      }
    }
  }

  #record(tx: Tx, actor: Actor, keyId: string, action: string, details: string[] = []): void {
    this.#trail.record(tx, changeBy(actor, { action, targetType: "api_key", targetId: keyId, details }));
  }
}

/** @throws AppError FORBIDDEN. */
function requireMaker({ role }: Pick<UserRow, "role">, scopes: Scope[]): void {
  if (role === "guest") throw forbidden("Guests cannot make API keys.");
  if (scopes.includes("admin") && role !== "admin")
    throw forbidden("Only administrators of the server may make keys with the scope «admin».");
}

/** A key that makes keys would outlive its own end. */
function requireNoKey({ scopes }: Actor): void {
  if (scopes !== undefined) throw forbidden("API keys are managed by people, not by API keys.");
}

/** A Viewer's keys only read. */
function roleOfKeysBy({ organization_role }: Pick<UserRow, "organization_role">) {
  return organization_role === "Viewer" ? "Viewer" : "Developer";
}

function serviceUser(maker: UserRow, name: string, scopes: Scope[]): UserRow {
  const id = newId();
  const at = now();
  const username = `bot-${id.replaceAll("-", "").slice(-16)}`;
  return {
    id,
    organization_id: maker.organization_id,
    organization_role: roleOfKeysBy(maker),
    username,
    username_key: folded(username),
    email: null,
    email_key: null,
    email_verified_at: null,
    password_hash: null,
    display_name: name,
    display_name_key: folded(name),
    first_name: null,
    last_name: null,
    avatar_url: null,
    role: scopes.includes("admin") ? "admin" : "user",
    is_placeholder: 0,
    is_bot: 1,
    deleted_at: null,
    created_at: at,
    updated_at: at,
    last_seen_at: null,
    last_login_at: null,
  };
}
