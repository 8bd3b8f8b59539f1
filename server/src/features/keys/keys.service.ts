import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { now } from "../../platform/clock.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { ListPage } from "../../platform/db/list-page.ts";
import { conflict, forbidden, notFound } from "../../platform/errors.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { hash128 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import { type RateLimits, takeOrThrow } from "../../platform/rate-limits/rate-limits.ts";
import { shareConversation } from "../conversations/index.ts";
import { findUser, findUserForUpdate } from "../identity/index.ts";
import { areFriends, type Blocks } from "../people/index.ts";
import { keysLow } from "./keys.events.ts";
import {
  countOneTimeKeys,
  deleteWaitingKeys,
  findKeySet,
  insertKeySet,
  insertOneTimeKeys,
  type KeySetRow,
  listKeySets,
  listOneTimeKeys,
  revokeKeySet,
  setLowTold,
  takeOneTimeKey,
} from "./keys.queries.ts";
import type { Bundle, Published, SignedPreKey } from "./keys.schema.ts";
import { readBase64 } from "./public-key.ts";

interface KeysParts {
  database: Database;
  events: Events;
  trail: ChangeTrail;
  rates: RateLimits;
  blocks: Blocks;
  /** Of the database's life, see `OneTimeKeyTable.epoch`. */
  epoch: string;
}

/**
 * The public keys with which people begin end-to-end encrypted conversations (contract section 3, «Keys»). The server
 * keeps them and hands them out; what is signed and by whom is for clients to check. All that touches one user's keys
 * happens one after the other.
 */
export class Keys {
  readonly #parts: KeysParts;

  constructor(parts: KeysParts) {
    this.#parts = parts;
  }

  /**
   * Publishes keys. One-time keys are added to those that wait, but for those that were uploaded before; a new signed
   * prekey is a new version, and another identity takes the place of everything. The same upload again changes nothing.
   * @throws AppError CONFLICT if more than `limits.oneTimeKeysKept` would wait.
   */
  upload(
    actor: Actor,
    identityKey: string,
    signedPreKey: SignedPreKey,
    oneTimeKeys: readonly string[],
  ): Promise<Published> {
    return this.#change(actor.userId, async (tx) => {
      const former = await findKeySet(tx.query, actor.userId);
      const isReplaced = former !== undefined && former.identity_key !== identityKey;
      const signed = JSON.stringify(signedPreKey);
      const isSame = former?.identity_key === identityKey && former.signed_pre_key === signed;
      const set = isSame ? former : await this.#begin(tx, actor, former, identityKey, signed);
      if (!isSame) this.#record(tx, actor, isReplaced ? "keys.identity_changed" : "keys.uploaded");
      // What those open nobody holds any more.
      if (isReplaced) await deleteWaitingKeys(tx.query, actor.userId, this.#parts.epoch);
      return { set, count: await this.#add(tx, actor.userId, oneTimeKeys, "one_time_pre_keys") };
    });
  }

  /**
   * A new signed prekey and new one-time keys in place of those that wait; one that was handed out is not taken again.
   * @throws AppError NOT_FOUND if there is no identity key yet.
   */
  rotate(actor: Actor, signedPreKey: SignedPreKey, oneTimeKeys: readonly string[]): Promise<Published> {
    return this.#change(actor.userId, async (tx) => {
      const former = await findKeySet(tx.query, actor.userId);
      if (former === undefined) throw notFound("identity key of yours: upload one first");
      const set = await this.#begin(tx, actor, former, former.identity_key, JSON.stringify(signedPreKey));
      this.#record(tx, actor, "keys.rotated");
      await deleteWaitingKeys(tx.query, actor.userId, this.#parts.epoch);
      return { set, count: await this.#add(tx, actor.userId, oneTimeKeys, "new_one_time_keys") };
    });
  }

  /**
   * What somebody needs to write to the user: with one of the user's one-time keys, which is handed out once, to nobody
   * else, ever, also if this answer gets lost. One's own are all shown and none is handed out.
   * @throws AppError NOT_FOUND, also if the user has no keys; FORBIDDEN for whoever shares neither a conversation nor a
   * friendship with the user; RATE_LIMIT_EXCEEDED.
   */
  async bundle(actor: Actor, userId: string): Promise<Bundle> {
    const { database, epoch } = this.#parts;
    if (userId === actor.userId) {
      const set = await this.#require(database.query, userId);
      return bundleOf(set, await listOneTimeKeys(database.query, userId, epoch));
    }
    await takeOrThrow(this.#parts.rates, "keyBundlesOfPair", `${actor.userId} ${userId}`);
    await this.#requireAcquaintance(actor, userId);
    return this.#change(userId, async (tx) => {
      const set = await this.#require(tx.query, userId);
      const taken = await takeOneTimeKey(tx.query, userId, epoch, now());
      await this.#watchLow(tx, actor.organizationId, userId);
      return bundleOf(set, taken === null ? [] : [taken]);
    });
  }

  /** How many of one's own one-time keys wait to be handed out. */
  count(actor: Actor): Promise<number> {
    return countOneTimeKeys(this.#parts.database.query, actor.userId, this.#parts.epoch);
  }

  /** The versions of one's own keys. */
  history(actor: Actor, page: ListPage<KeySetRow>): Promise<KeySetRow[]> {
    return listKeySets(this.#parts.database.query, actor.userId, page);
  }

  #change<T>(ownerId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { database } = this.#parts;
    return database.transaction(async (tx) => {
      await findUserForUpdate(tx.query, database.engine, ownerId);
      return work(tx);
    });
  }

  async #require(query: Tx["query"], userId: string): Promise<KeySetRow> {
    const set = await findKeySet(query, userId);
    if (set === undefined) throw notFound("key of this user");
    return set;
  }

  /** In a group that both are in, keys are needed between people who have blocked each other too. */
  async #requireAcquaintance({ organizationId, userId: ownId }: Actor, userId: string): Promise<void> {
    const { query } = this.#parts.database;
    if ((await findUser(query, organizationId, userId)) === undefined) throw notFound("user");
    const areApart = this.#parts.blocks.areApart(ownId, userId);
    if (await shareConversation(query, organizationId, [ownId, userId], areApart ? "not direct" : "any"))
      return;
    if (!areApart && (await areFriends(query, ownId, userId))) return;
    throw forbidden("You share neither a conversation nor a friendship with this person.");
  }

  async #begin(
    tx: Tx,
    { userId }: Actor,
    former: KeySetRow | undefined,
    identityKey: string,
    signedPreKey: string,
  ): Promise<KeySetRow> {
    const at = now();
    const set: KeySetRow = {
      user_id: userId,
      version: (former?.version ?? 0) + 1,
      identity_key: identityKey,
      signed_pre_key: signedPreKey,
      created_at: at,
      expires_at: at + limits.signedPreKeyMs,
      revoked_at: null,
      expiry_told_at: null,
      low_told_at: former?.low_told_at ?? null,
    };
    await revokeKeySet(tx.query, userId, at);
    await insertKeySet(tx.query, set);
    return set;
  }

  /** @returns how many wait now. */
  async #add(tx: Tx, userId: string, keys: readonly string[], field: string): Promise<number> {
    const { epoch } = this.#parts;
    const at = now();
    const rows = keys.map((key, place) => ({
      user_id: userId,
      fingerprint: hash128(readBase64(key)?.toString("base64") ?? key),
      public_key: key,
      epoch,
      uploaded_at: at,
      place,
      taken_at: null,
    }));
    await insertOneTimeKeys(tx.query, rows);
    const count = await countOneTimeKeys(tx.query, userId, epoch);
    if (count > limits.oneTimeKeysKept) {
      throw conflict(
        field,
        `With these, ${count} keys would wait. Upload more once fewer than ${limits.oneTimeKeysLow} are left.`,
      );
    }
    if (count >= limits.oneTimeKeysLow) await setLowTold(tx.query, userId, null);
    return count;
  }

  async #watchLow(tx: Tx, organizationId: string, userId: string): Promise<void> {
    const remaining = await countOneTimeKeys(tx.query, userId, this.#parts.epoch);
    if (remaining >= limits.oneTimeKeysLow) return;
    const isFirst = await setLowTold(tx.query, userId, now());
    this.#parts.events.emit(tx, keysLow, { userId, organizationId, remaining, isFirst });
  }

  #record(tx: Tx, actor: Actor, action: string): void {
    this.#parts.trail.record(tx, changeBy(actor, { action, targetType: "user", targetId: actor.userId }));
  }
}

function bundleOf(set: KeySetRow, oneTimeKeys: string[]): Bundle {
  return { set, oneTimeKeys, isExpired: set.expires_at <= now() };
}
