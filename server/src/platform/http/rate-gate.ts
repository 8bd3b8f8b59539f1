import { AppError } from "../errors.ts";
import type { RateName } from "../limits.ts";
import { type Quota, type RateLimits, takeOrThrow, tooMany } from "../rate-limits/rate-limits.ts";
import type { Actor, Caller } from "./actor.ts";

/** The rates that every request of a surface counts for, by whom they are counted for. */
export interface SurfaceRates {
  user: readonly RateName[];
  organization: readonly RateName[];
}

/** Who asks, or why that cannot be said; never both. */
interface Identified {
  actor: Actor | null;
  refusal: AppError | null;
}

/** Checks between the path and the body, in this order: rates of addresses, credentials, rates of users. */
export class RateGate {
  readonly #rates: RateLimits;

  constructor(rates: RateLimits) {
    this.#rates = rates;
  }

  /**
   * Counts a request that comes without valid credentials for its network: bad ones lift no limit.
   * @param check answers null where there are no credentials, and throws AppError 401 for bad ones.
   * @throws AppError RATE_LIMIT_EXCEEDED.
   */
  async identify(check: () => Promise<Actor | null>, { network }: Caller, quota: Quota): Promise<Identified> {
    let refusal: AppError | null = null;
    try {
      const actor = await check();
      if (actor !== null) return { actor, refusal };
    } catch (error) {
      if (!(error instanceof AppError && error.status === 401)) throw error;
      refusal = error;
    }
    await takeOrThrow(this.#rates, "anonymous", network, quota);
    return { actor: null, refusal };
  }

  /** @throws AppError RATE_LIMIT_EXCEEDED; then none of the rates has counted the request. */
  async admit(
    { userId, organizationId }: Actor,
    { user, organization }: SurfaceRates,
    ofRoute: readonly RateName[],
    quota: Quota,
  ): Promise<void> {
    const taken: [RateName, string][] = [];
    const wanted: [RateName, string][] = [
      ...user.map((rate): [RateName, string] => [rate, userId]),
      ...ofRoute.map((rate): [RateName, string] => [rate, userId]),
      ...organization.map((rate): [RateName, string] => [rate, organizationId]),
    ];
    for (const [rate, key] of wanted) {
      const waitMs = await this.#rates.take(rate, key, quota);
      if (waitMs > 0) {
        for (const [earlier, of] of taken) await this.#rates.giveBack(earlier, of);
        throw tooMany(waitMs);
      }
      taken.push([rate, key]);
    }
  }

  /** @throws AppError RATE_LIMIT_EXCEEDED for a network that has used up a rate that the verb itself counts. */
  async requireLeft(exhaustible: readonly RateName[], { network }: Caller, quota: Quota): Promise<void> {
    for (const rate of exhaustible) {
      const waitMs = await this.#rates.look(rate, network, quota);
      if (waitMs > 0) throw tooMany(waitMs);
    }
  }
}
