import { z } from "zod";
import { isoTime, isoTimeOrNull } from "../../platform/clock.ts";
import { idField, text, timeField } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";
import type { KeySetRow } from "./keys.queries.ts";
import { isPublicKey, readBase64 } from "./public-key.ts";

const publicKey = z
  .string()
  .refine(isPublicKey, { error: "must be the base64 of a public key" })
  .meta({ examples: ["hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="] });

const signature = z
  .string()
  .refine(
    (value) => {
      const bytes = readBase64(value);
      return bytes !== null && bytes.length <= limits.keySignatureBytes;
    },
    { error: `must be the base64 of at most ${limits.keySignatureBytes} bytes` },
  )
  .meta({
    description: "By the identity key. Whoever fetches it checks it: nobody need trust the server with that.",
    examples: ["YWRhcHQgdG8gdGhlIHNjaGVtZSBvZiB5b3VyIGNsaWVudHM6IHRoZSBzZXJ2ZXIgb25seSBrZWVwcyBpdC4u"],
  });

const keyId = z.union([z.number().int().min(0), text(1, 64)], {
  error: "must be a whole number or 1 to 64 characters",
});

const signedPreKey = z
  .union([publicKey, z.object({ key_id: keyId, public_key: publicKey, signature })], {
    error: "must be the base64 of a public key, or {key_id, public_key, signature}",
  })
  .meta({ examples: ["8P2Yq6k8Vt0XzK9rAeTzQn4J4r1gVbG3xqXh0Qy2c1s="] });

const oneTimeKeys = z
  .array(publicKey)
  .min(limits.oneTimeKeysLeast, { error: keysWanted() })
  .max(limits.oneTimeKeysMost, { error: keysWanted() })
  .superRefine((keys, context) => {
    const seen = new Set<string>();
    for (const [index, key] of keys.entries()) {
      const bytes = readBase64(key)?.toString("base64");
      if (bytes === undefined) continue;
      if (seen.has(bytes)) context.addIssue({ code: "custom", path: [index], message: "is there twice" });
      seen.add(bytes);
    }
  })
  .meta({
    examples: [
      Array.from({ length: limits.oneTimeKeysLeast }, (_, n) => Buffer.alloc(32, n + 1).toString("base64")),
    ],
  });

function keysWanted(): string {
  return `must be ${limits.oneTimeKeysLeast} to ${limits.oneTimeKeysMost} keys`;
}

export const uploadBody = z.object({
  identity_key: publicKey,
  signed_pre_key: signedPreKey,
  one_time_pre_keys: oneTimeKeys,
});

export const rotateBody = z.object({
  new_signed_pre_key: signedPreKey,
  new_one_time_keys: oneTimeKeys,
});

export type SignedPreKey = z.output<typeof signedPreKey>;

const version = z
  .number()
  .int()
  .meta({
    description: "1 for the first, and one more with each new signed prekey or identity.",
    examples: [3],
  });

export const bundle = z
  .object({
    user_id: idField,
    identity_key: publicKey,
    signed_pre_key: signedPreKey.meta({ description: "In the form in which it was sent." }),
    signed_pre_key_id: keyId.meta({
      description: "The `key_id` that it was sent with, else its `version`.",
      examples: [3],
    }),
    version,
    expires_at: timeField.meta({ description: "Of the signed prekey." }),
    expired: z.boolean(),
    one_time_pre_keys: z.array(publicKey).meta({
      description:
        "One, which nobody else gets, ever; none when they are used up. Of one's own all that are left.",
    }),
  })
  .meta({ id: "KeyBundle" });

export const keySet = z
  .object({
    version,
    created_at: timeField,
    expires_at: timeField,
    revoked_at: timeField.nullable().meta({ description: "When the next version took its place." }),
  })
  .meta({ id: "KeySet" });

export const published = z.object({
  message: z.string(),
  one_time_keys: oneTimeKeyCount(),
  version,
  expires_at: timeField,
});

export function oneTimeKeyCount() {
  return z
    .number()
    .int()
    .meta({ description: "Waiting to be handed out.", examples: [100] });
}

/** What a user publishes now. */
export interface Published {
  set: KeySetRow;
  /** How many one-time keys wait to be handed out. */
  count: number;
}

export function presentPublished(message: string, { set, count }: Published): z.output<typeof published> {
  return { message, one_time_keys: count, version: set.version, expires_at: isoTime(set.expires_at) };
}

/** What is handed out of somebody's keys. */
export interface Bundle {
  set: KeySetRow;
  oneTimeKeys: string[];
  isExpired: boolean;
}

export function presentBundle({ set, oneTimeKeys, isExpired }: Bundle): z.output<typeof bundle> {
  const signed = JSON.parse(set.signed_pre_key) as SignedPreKey;
  return {
    user_id: set.user_id,
    identity_key: set.identity_key,
    signed_pre_key: signed,
    signed_pre_key_id: typeof signed === "string" ? set.version : signed.key_id,
    version: set.version,
    expires_at: isoTime(set.expires_at),
    expired: isExpired,
    one_time_pre_keys: oneTimeKeys,
  };
}

export function presentKeySet(set: KeySetRow): z.output<typeof keySet> {
  return {
    version: set.version,
    created_at: isoTime(set.created_at),
    expires_at: isoTime(set.expires_at),
    revoked_at: isoTimeOrNull(set.revoked_at),
  };
}
