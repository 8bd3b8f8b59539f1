import { exportJWK, generateKeyPair, type JWK } from "jose";
import { now } from "../../platform/clock.ts";
import type { Database, Queries } from "../../platform/db/database.ts";
import { newId, newSecret } from "../../platform/ids.ts";
import { seal, unseal } from "../../platform/sealing.ts";
import { findServerKey, insertServerKey, resealServerKey } from "./identity.queries.ts";

/** What the server signs with; kept in the database, so that every process of an installation has the same. */
export interface ServerKeys {
  accessToken: { kid: string; privateJwk: JWK; publicJwk: JWK };
  /** Derives a refresh token's successor from the token. */
  refreshRotation: string;
  /** Signs the URLs that let files in and out. */
  fileUrls: string;
}

/**
 * Reads the server's keys and makes those that are missing.
 * @param secret PARLEY_SECRET: keys are sealed with it (AES-256-GCM) from the first start that has it.
 * @throws Error if keys are sealed and the secret is missing or another one.
 */
export async function loadServerKeys(database: Database, secret: string | null): Promise<ServerKeys> {
  const signing = await loadKey(database, "access-token", secret, async () => {
    const pair = await generateKeyPair("EdDSA", { extractable: true });
    return JSON.stringify(await exportJWK(pair.privateKey));
  });
  const rotation = await loadKey(database, "refresh-rotation", secret, async () => newSecret());
  const fileUrls = await loadKey(database, "file-urls", secret, async () => newSecret());
  const privateJwk = JSON.parse(signing.material) as JWK;
  const { d: _, ...rest } = privateJwk;
  const publicJwk = { ...rest, kid: signing.kid, alg: "EdDSA", use: "sig" };
  return {
    accessToken: { kid: signing.kid, privateJwk, publicJwk },
    refreshRotation: rotation.material,
    fileUrls: fileUrls.material,
  };
}

const purposes = ["access-token", "refresh-rotation", "file-urls"] as const;
type Purpose = (typeof purposes)[number];

/**
 * Looks whether a start could read the keys, and makes and changes none.
 * @throws Error if keys are sealed and the secret is missing or another one.
 */
export async function requireReadableKeys(query: Queries, secret: string | null): Promise<void> {
  for (const purpose of purposes) {
    const key = await findServerKey(query, purpose);
    if (key !== undefined) materialOf(key, secret, purpose);
  }
}

async function loadKey(
  database: Database,
  purpose: Purpose,
  secret: string | null,
  make: () => Promise<string>,
): Promise<{ kid: string; material: string }> {
  if ((await findServerKey(database.query, purpose)) === undefined) {
    const material = await make();
    await insertServerKey(database.query, {
      kid: newId(),
      purpose,
      material: secret === null ? material : seal(material, secret, sealedAs(purpose)),
      sealed: secret === null ? 0 : 1,
      created_at: now(),
    });
  }
  // Read again: of two processes that start at once, one has made it.
  const key = await findServerKey(database.query, purpose);
  if (key === undefined) throw new Error(`The server key «${purpose}» could not be stored.`);
  if (key.sealed === 0 && secret !== null)
    await resealServerKey(database.query, key.kid, seal(key.material, secret, sealedAs(purpose)));
  return { kid: key.kid, material: materialOf(key, secret, purpose) };
}

/** What `seal` is told the keys are for; it has been so since the first release. */
function sealedAs(purpose: Purpose): string {
  return `server-key ${purpose}`;
}

function materialOf(
  { material, sealed }: { material: string; sealed: 0 | 1 },
  secret: string | null,
  purpose: Purpose,
): string {
  if (sealed === 0) return material;
  if (secret === null)
    throw new Error("The signing keys are sealed: set PARLEY_SECRET to the value they were sealed with.");
  try {
    return unseal(material, secret, sealedAs(purpose));
  } catch (error) {
    throw new Error("PARLEY_SECRET is not the value that the signing keys were sealed with.", {
      cause: error,
    });
  }
}
