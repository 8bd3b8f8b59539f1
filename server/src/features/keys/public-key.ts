/**
 * Bytes of the public keys that clients use: X25519 and Ed25519 bare (32), with a byte for their type, or a point of
 * P-256 compressed (33); X448 (56), Ed448 (57); P-256 whole (65); X25519 and P-256 as SPKI (44, 91); ML-KEM-768 and
 * ML-KEM-1024 bare (1184, 1568) or with a byte for their type.
 */
const publicKeyBytes: ReadonlySet<number> = new Set([32, 33, 44, 56, 57, 65, 91, 1184, 1185, 1568, 1569]);

/** What base64 text stands for; null for what is none. Padding may be left off; other signs and stray bits may not be there. */
export function readBase64(text: string): Buffer | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  const padded = bytes.toString("base64");
  return text === padded || text === padded.replace(/=+$/, "") ? bytes : null;
}

export function isPublicKey(text: string): boolean {
  const bytes = readBase64(text);
  return bytes !== null && publicKeyBytes.has(bytes.length);
}
