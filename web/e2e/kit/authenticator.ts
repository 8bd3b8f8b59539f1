import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator } from "@playwright/test";

const readerSource = readFileSync(createRequire(import.meta.url).resolve("jsqr/dist/jsQR.js"), "utf8");
const stepMs = 30_000;

/** An authenticator app of one's phone (RFC 6238): given its key, it shows six digits. */
export class Authenticator {
  readonly #key: Buffer;
  readonly secret: string;

  constructor(secret: string) {
    this.secret = secret;
    this.#key = decodeBase32(secret);
  }

  /** Points the phone's camera at the QR code as the screen shows it. */
  static async scan(qrCode: Locator): Promise<Authenticator> {
    const picture = (await qrCode.screenshot()).toString("base64");
    const page = qrCode.page();
    await page.evaluate(`window.module = undefined; ${readerSource}`);
    const text = await page.evaluate(async (data) => {
      const image = new Image();
      image.src = `data:image/png;base64,${data}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d");
      if (context === null) return null;
      context.drawImage(image, 0, 0);
      const pixels = context.getImageData(0, 0, image.width, image.height).data;
      const { jsQR } = window as unknown as { jsQR: typeof import("jsqr").default };
      return jsQR(pixels, image.width, image.height)?.data ?? null;
    }, picture);
    if (text === null) throw new Error("nobody can read this QR code");
    return new Authenticator(new URL(text).searchParams.get("secret") ?? "");
  }

  /** The present one; the server takes each once. */
  code(): string {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / stepMs)));
    const digest = createHmac("sha1", this.#key).update(counter).digest();
    const at = (digest.at(-1) ?? 0) & 15;
    return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }
}

function decodeBase32(text: string): Buffer {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
