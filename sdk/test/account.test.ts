import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import type { Fetch, OwnData } from "../src/index.ts";
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

test("short lists come whole, however many pages they take", async () => {
  const { client } = admin;
  const [own] = (await client.organizations.list()).organizations;
  const id = own?.id ?? "";
  const made: string[] = [];
  for (let n = 0; n < 101; n++) made.push((await client.organizations.invite(id)).id);
  const listed = await client.organizations.invitations(id);
  expect(listed.map((one) => one.id).sort()).toEqual(made.sort());
});

test("all that is known of oneself is one document, each part as its own method shows it", async () => {
  const [{ client, person }, friend] = [await signUp(app), await signUp(app)];
  await client.users.updateSettings({ theme: "dark" });
  await client.users.requestFriend(friend.person.id);
  await client.account.createApiKey({ name: "bot", scopes: ["read"] });
  await client.files.upload(new Blob(["tide table"], { type: "text/plain" }), { name: "tides.txt" });
  const participant_ids = [friend.person.id];
  const { id } = await client.conversations.create({ type: "direct", participant_ids });
  await client.messages.send({ conversation_id: id, message_type: "text", content: "bring a lamp" });
  await client.workspace.settingsService.set("editor", "theme", "dark");
  const data = await client.account.exportData();
  const { user_id: _, ...key } = (await client.account.apiKeys())[0] ?? {};
  const shown = {
    settings: await client.users.settings(),
    second_factor: { enabled: false },
    sessions: [{ id: (await client.sessions.current()).id, current: true }],
    api_keys: [key],
    files: (await client.files.list()).files,
    blocked: [],
  };
  expect(data).toMatchObject(shown);
  expect(data.profile).toMatchObject({ id: person.id, email: person.email });
  expect(data.friends).toMatchObject([{ id: friend.person.id, status: "outgoing" }]);
  expect(data.conversations.map((conversation) => conversation.id)).toEqual([id]);
  expect(data.messages.map(({ content }) => content)).toEqual(["bring a lamp"]);
  expect(data.workspace_settings).toMatchObject([{ category: "editor", key: "theme", value: "dark" }]);
  const text = await new Response(await client.account.exportBytes()).text();
  const again: OwnData = JSON.parse(text);
  expect(again.messages).toEqual(data.messages);
});

test("a document that is cut off on its way is an error, not half of the data", async () => {
  const cut: Fetch = async (url, init) => {
    const response = await fetch(url, init);
    return url.endsWith("/export") ? new Response((await response.text()).slice(0, -40), response) : response;
  };
  const { client } = await signUp(app, { fetch: cut });
  expect((await refusal(client.account.exportData())).code).toBe("BAD_ANSWER");
});
