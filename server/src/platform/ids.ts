import { hash } from "node:crypto";
import { randomUUIDv7 } from "bun";

/** A UUIDv7. It shows its time of making and grows within this process; it is never a secret. */
export function newId(): string {
  return randomUUIDv7();
}

/** 256 random bits, base64url: for bearer secrets. */
export function newSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

/** Hex SHA-256, the only form in which bearer secrets are stored. */
export function sha256(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

/** 128 bits of SHA-256, base64url: for keys that are only compared. */
export function hash128(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 22);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return uuid.test(text);
}
