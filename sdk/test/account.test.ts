import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { closeClients, newClient, refusal, type SignedUp, signUp } from "./kit.ts";

let app: TestApp;
let admin: SignedUp;
beforeAll(async () => {
  app = await startApp();
  admin = await signUp(app);
});
afterEach(closeClients);
afterAll(() => app.stop());

test("a forgotten password is set anew with the token of the mail", async () => {
  const { person } = await signUp(app);
  const client = newClient(app);
  await client.account.forgotPassword(person.email);
  const boss = newClient(app);
  await boss.auth.login({ username: admin.person.username, password: admin.person.password });
  const { mails } = await boss.admin.mails();
  const token = /reset\S*[?#&/=]([A-Za-z0-9_-]{20,})/.exec(JSON.stringify(mails))?.[1] ?? "";
  await client.account.resetPassword(token, "Another-Horse-8");
  expect((await client.auth.login({ username: person.username, password: "Another-Horse-8" })).id).toBe(
    person.id,
  );
});

/** What an authenticator shows now (RFC 6238: SHA-1, 30 seconds, six digits). */
function codeOf(otpauthUrl: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const secret = new URL(otpauthUrl).searchParams.get("secret") ?? "";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const place = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(place) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a second factor is asked for once it is on, and a recovery code stands in for it", async () => {
  const { client, person } = await signUp(app);
  const { otpauth_url } = await client.account.setUpTwoFactor();
  expect((await client.account.twoFactor()).enabled).toBe(false);
  const [recovery = ""] = await client.account.confirmTwoFactor(codeOf(otpauth_url));
  const again = newClient(app);
  const credentials = { username: person.username, password: person.password };
  expect((await refusal(again.auth.login(credentials))).code).toBe("TWO_FACTOR_REQUIRED");
  expect((await again.auth.login({ ...credentials, recovery_code: recovery })).id).toBe(person.id);
  expect((await again.account.twoFactor()).recovery_codes_left).toBe(9);
});

test("an API key signs a program in until it is revoked", async () => {
  const { client } = await signUp(app);
  const { id, key } = await client.account.createApiKey({ name: "bot", scopes: ["read"] });
  const ask = () => fetch(`${app.url}/v1/conversations`, { headers: { "x-api-key": key } });
  expect((await ask()).status).toBe(200);
  expect((await client.account.apiKeys()).map((one) => one.id)).toEqual([id]);
  await client.account.revokeApiKey(id);
  expect((await ask()).status).toBe(401);
});
