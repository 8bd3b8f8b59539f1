import { importJWK, type JWTPayload, errors as joseErrors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { LruCache } from "../../platform/cache.ts";
import { now } from "../../platform/clock.ts";
import { AppError, unauthorized } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { limits } from "../../platform/limits.ts";
import type { ServerKeys } from "./server-keys.ts";

const issuer = "parley";
const audience = "parley";
const tokenType = "at+jwt";
const longestToken = 4_096;

const claimsSchema = z.object({ sub: z.string(), sid: z.string(), tid: z.string(), exp: z.number() });

interface AccessClaims {
  userId: string;
  sessionId: string;
  organizationId: string;
  expiresAt: number;
}

/**
 * Access tokens: JWT signed with EdDSA, good for one hour. A token says who signed in; whether the session still
 * lives is asked of the session at each use. Verified tokens are remembered until they expire, since a signature
 * costs a hundred times a look-up.
 */
export class AccessTokens {
  readonly #keys: ServerKeys["accessToken"];
  readonly #verified = new LruCache<string, AccessClaims>(50_000);
  #imported: Promise<{ sign: CryptoKey; verify: CryptoKey }> | null = null;

  constructor(keys: ServerKeys["accessToken"]) {
    this.#keys = keys;
  }

  /** Public keys for others who verify these tokens. */
  get jwks() {
    return { keys: [this.#keys.publicJwk] };
  }

  /** The same actor and time give the same token: callers that race for one refresh get one answer. */
  async issue(actor: Actor, issuedAt: number): Promise<{ token: string; expiresAt: number }> {
    const { sign } = await this.#import();
    const seconds = Math.floor(issuedAt / 1000);
    const expiresAt = (seconds + limits.accessTokenMs / 1000) * 1000;
    const token = await new SignJWT({ sid: actor.sessionId, tid: actor.organizationId, role: actor.role })
      .setProtectedHeader({ alg: "EdDSA", typ: tokenType, kid: this.#keys.kid })
      .setSubject(actor.userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(expiresAt / 1000)
      .sign(sign);
    return { token, expiresAt };
  }

  /** @throws AppError TOKEN_EXPIRED or UNAUTHORIZED. */
  async verify(token: string): Promise<AccessClaims> {
    const known = this.#verified.get(token);
    if (known !== undefined) {
      if (known.expiresAt > now()) return known;
      this.#verified.delete(token);
    }
    if (token.length > longestToken) throw unauthorized("The access token is not valid. Sign in again.");
    const claims = await this.#check(token);
    this.#verified.set(token, claims);
    return claims;
  }

  async #check(token: string): Promise<AccessClaims> {
    const { verify } = await this.#import();
    try {
      const { payload, protectedHeader } = await jwtVerify<JWTPayload>(token, verify, {
        algorithms: ["EdDSA"],
        typ: tokenType,
        issuer,
        audience,
      });
      if (protectedHeader.kid !== this.#keys.kid) throw new Error("unknown kid");
      const { sub, sid, tid, exp } = claimsSchema.parse(payload);
      return { userId: sub, sessionId: sid, organizationId: tid, expiresAt: exp * 1000 };
    } catch (error) {
      if (error instanceof joseErrors.JWTExpired) {
        throw new AppError("TOKEN_EXPIRED", "The access token has expired. Refresh it.", { cause: error });
      }
      throw new AppError("UNAUTHORIZED", "The access token is not valid. Sign in again.", { cause: error });
    }
  }

  #import() {
    this.#imported ??= (async () => ({
      sign: (await importJWK(this.#keys.privateJwk, "EdDSA")) as CryptoKey,
      verify: (await importJWK(this.#keys.publicJwk, "EdDSA")) as CryptoKey,
    }))();
    return this.#imported;
  }
}
