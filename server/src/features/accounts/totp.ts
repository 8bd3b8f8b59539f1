import { createHmac, timingSafeEqual } from "node:crypto";

const stepMs = 30_000;
const digits = 6;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** 160 random bits in base32 (RFC 4226 section 4 asks for 128 at least): what an authenticator keeps. */
export function newTotpSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join("");
}

/** What authenticators read from a QR code. */
export function otpauthUrl(secret: string, account: string): string {
  const label = encodeURIComponent(`Parley:${account}`);
  return `otpauth://totp/${label}?secret=${secret}&issuer=Parley&algorithm=SHA1&digits=${digits}&period=30`;
}

/**
 * The step (RFC 6238) whose code this is: the present one or the one before, for clocks that go behind.
 * @returns null for a code of no such step.
 */
export function stepOfCode(secret: string, code: string, at: number): number | null {
  const present = Math.floor(at / stepMs);
  const given = Buffer.from(code.replaceAll(" ", ""));
  const matches = [present, present - 1].filter((step) => {
    const expected = Buffer.from(codeOfStep(secret, step));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return matches[0] ?? null;
}

/** RFC 4226 section 5.3. */
function codeOfStep(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits;
  return String(number).padStart(digits, "0");
}

function decodeBase32(text: string): Buffer {
  let bits = "";
  for (const letter of text) bits += alphabet.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}
