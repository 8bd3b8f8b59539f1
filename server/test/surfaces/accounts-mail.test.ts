import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { openBrowser } from "../kit/browser.ts";
import { day, hour, inFuture, minute } from "../kit/clock.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { startMailServer, tokenIn } from "../kit/mail-server.ts";
import { invite, makeOrganization } from "../kit/organization.ts";
import { anonymous, loginAgain, type Person, register } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

const relay = await startMailServer();
const app = await startApp({
  SMTP_URL: relay.url,
  MAIL_FROM: "Boat house <office@boats.example>",
  PARLEY_TRUSTED_PROXIES: "127.0.0.1",
});
afterAll(async () => {
  await app.stop();
  await relay.stop();
});
await register(app);
const visitor = anonymous(app);
const newPassword = "Other-Horse-8";
const forgot = (email: string, headers: Record<string, string> = {}) =>
  visitor.post("/v1/auth/password/forgot", { email }, headers);
const reset = (token: string, password = newPassword) =>
  visitor.post("/v1/auth/password/reset", { token, password });
const verify = (token: string) => visitor.post<{ email: string }>("/v1/auth/email/verify", { token });
const loginWith = async (email: string, password: string) =>
  (await visitor.post("/v1/auth/login", { email, password })).status;

/** The next mail to an address with a subject like this. */
const mailTo = (email: string, subject: RegExp) =>
  relay.next((mail) => mail.to.includes(email) && subject.test(mail.subject));
const resetTokenOf = async (person: Person) => {
  expect((await forgot(person.email)).status).toBe(200);
  return tokenIn(await mailTo(person.email, /new password/));
};

describe("a mail", () => {
  test("is text and HTML of the same words, from the operator's address, marked as automatic", async () => {
    const ann = await register(app, { display_name: 'Ann <b>& "Co"</b>' });
    const mail = await mailTo(ann.email, /Confirm your e-mail/);
    expect(mail.from).toBe("office@boats.example");
    expect(mail.headers.get("from")).toContain("Boat house");
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail.headers.get("message-id")).toMatch(/^<[0-9a-f-]{36}@boats\.example>$/);
    expect(mail.text).toContain('Hello Ann <b>& "Co"</b>,');
    expect(mail.html).toContain("Hello Ann &lt;b&gt;&amp; &quot;Co&quot;&lt;/b&gt;,");
    expect(mail.html).not.toMatch(/<(img|script|link)|src=/);
  });

  test("links to the configured address, whatever a request says of itself", async () => {
    const ann = await register(app);
    await forgot(ann.email, {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      "x-forwarded-proto": "https",
      origin: "https://evil.example",
    });
    const mail = await mailTo(ann.email, /new password/);
    expect(mail.text + mail.html).not.toContain("evil.example");
    expect(mail.text).toContain(`${app.url}/reset-password#token=`);
  });
});

describe("an invitation with an address", () => {
  test("is mailed there and nowhere else; its link's token lets that person in", async () => {
    const { person, id } = await makeOrganization(app);
    await person.patch(`/v1/organizations/${id}`, { name: "Boat house" });
    await invite(person, id);
    const ben = await register(app);
    await invite(person, id, { email: ben.email, role: "Manager" });
    const mail = await mailTo(ben.email, /You are invited to Boat house/);
    expect(mail.text).toContain(`${app.url}/invite#token=`);
    const token = tokenIn(mail);
    expectRefusal(await (await register(app)).post(`/v1/invitations/${token}/accept`), 403, "FORBIDDEN");
    expect((await ben.post(`/v1/invitations/${token}/accept`)).data).toMatchObject({ organization_id: id });
    expect(relay.received.filter(({ subject }) => subject.startsWith("You are invited"))).toHaveLength(1);
  });
});

describe("a forgotten password", () => {
  test("is set anew with the mail's token: all sessions and sockets end, and only the new one works", async () => {
    const ann = await register(app);
    const other = await loginAgain(app, ann);
    const browser = await openBrowser(app, ann);
    const socket = await TestSocket.connect(app, other);
    const token = await resetTokenOf(ann);
    const answer = await reset(token);
    expect(answer.status).toBe(200);
    expect(answer.data).not.toHaveProperty("access_token");
    for (const caller of [ann, other, browser]) expect((await caller.get("/v1/users/me")).status).toBe(401);
    expect(await Promise.race([socket.closed, Bun.sleep(2_000)])).toMatchObject({ code: 4401 });
    expect(await loginWith(ann.email, ann.password)).toBe(401);
    expect(await loginWith(ann.email, newPassword)).toBe(200);
    expect((await mailTo(ann.email, /was changed/)).text).toContain("just now");
  });

  test("a token works once, and of two at once one works", async () => {
    const ann = await register(app);
    const token = await resetTokenOf(ann);
    const answers = await Promise.all([reset(token, "First-Horse-1"), reset(token, "Second-Horse-2")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expectRefusal(await reset(token), 401, "UNAUTHORIZED");
  });

  test("a token is over after an hour, and the newest alone is good", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const old = await resetTokenOf(ann);
    await inFuture(61 * minute, async () => expectRefusal(await reset(old), 401, "TOKEN_EXPIRED"));
    const first = await resetTokenOf(bob);
    const second = await resetTokenOf(bob);
    expectRefusal(await reset(first), 401, "UNAUTHORIZED");
    expect((await reset(second)).status).toBe(200);
  });

  test("a password that breaks the rule is 400 and spends no token", async () => {
    const ann = await register(app);
    const token = await resetTokenOf(ann);
    expectRefusal(await reset(token, "short"), 400, "VALIDATION_ERROR", "password");
    expect((await reset(token)).status).toBe(200);
  });

  test.each([
    ["/v1", "POST", "/v1/users/me/password"],
    ["/api/v5", "PUT", "/api/v5/users/me/password"],
  ])("a password changed on %s meanwhile makes the token void", async (_surface, method, path) => {
    const ann = await register(app);
    const token = await resetTokenOf(ann);
    const change = { current_password: ann.password, new_password: newPassword };
    expect((await ann.request(method, path, { body: change })).status).toBe(200);
    expectRefusal(await reset(token, "Third-Horse-9"), 401, "UNAUTHORIZED");
    expect(await loginWith(ann.email, newPassword)).toBe(200);
  });

  test("it lifts the lock of too many wrong passwords", async () => {
    const ann = await register(app);
    for (let time = 0; time < 5; time++) await loginWith(ann.email, "Wrong-Horse-8");
    expect(await loginWith(ann.email, ann.password)).toBe(423);
    await reset(await resetTokenOf(ann));
    expect(await loginWith(ann.email, newPassword)).toBe(200);
  });

  test("the answer is the same for an address without an account, which gets no mail", async () => {
    const ann = await register(app);
    const [known, unknown] = [await forgot(ann.email), await forgot("nobody@example.test")];
    expect({ status: unknown.status, text: unknown.text }).toEqual({ status: 200, text: known.text });
    await mailTo(ann.email, /new password/);
    expect(relay.received.some(({ to }) => to.includes("nobody@example.test"))).toBe(false);
    expectRefusal(await forgot("no address"), 400, "VALIDATION_ERROR", "email");
  });

  test.each(["access", "refresh", "random"])("a token of another kind (%s) is 401", async (kind) => {
    const ann = await register(app);
    const tokens: Record<string, string> = {
      access: ann.accessToken,
      refresh: ann.refreshToken,
      random: "x".repeat(43),
    };
    expectRefusal(await reset(tokens[kind] ?? ""), 401, "UNAUTHORIZED");
    expectRefusal(await verify(tokens[kind] ?? ""), 401, "UNAUTHORIZED");
  });

  test("a reset token signs nobody in, and confirms no address", async () => {
    const ann = await register(app);
    const token = await resetTokenOf(ann);
    expect((await visitor.get("/v1/users/me", { authorization: `Bearer ${token}` })).status).toBe(401);
    expect((await visitor.post("/v1/auth/refresh", { refresh_token: token })).status).toBe(401);
    expectRefusal(await verify(token), 401, "UNAUTHORIZED");
  });
});

describe("the address of a new account", () => {
  test("is unconfirmed, signs in all the same, and is confirmed by the mail's token, once", async () => {
    const ann = await register(app);
    const state = async () =>
      (await ann.get<{ email_verified: boolean }>("/v1/users/me")).data.email_verified;
    expect(await state()).toBe(false);
    expect(await loginWith(ann.email, ann.password)).toBe(200);
    const token = tokenIn(await mailTo(ann.email, /Confirm/));
    expect((await verify(token)).data.email).toBe(ann.email);
    expect(await state()).toBe(true);
    expectRefusal(await verify(token), 401, "UNAUTHORIZED");
    expectRefusal(await ann.post("/v1/auth/email/resend"), 409, "CONFLICT", "email");
  });

  test("can be asked for again; the mail from before is void, and after a day so is this one", async () => {
    const ann = await register(app);
    const first = tokenIn(await mailTo(ann.email, /Confirm/));
    expect((await ann.post("/v1/auth/email/resend")).status).toBe(200);
    const second = tokenIn(await mailTo(ann.email, /Confirm/));
    expectRefusal(await verify(first), 401, "UNAUTHORIZED");
    await inFuture(day + hour, async () => expectRefusal(await verify(second), 401, "TOKEN_EXPIRED"));
    expect((await verify(second)).status).toBe(200);
  });
});

describe("changing the address", () => {
  const change = (person: Person, email: string, password = person.password) =>
    person.post<{ pending_email: string }>("/v1/users/me/email", { email, password });

  test("waits until the new one is confirmed, tells the old one, and then is the one that signs in", async () => {
    const ann = await register(app);
    const next = `next-${ann.email}`;
    expect((await change(ann, next)).data.pending_email).toBe(next);
    expect((await mailTo(ann.email, /about to change/)).text).toContain(next);
    expect((await ann.get<{ email: string }>("/v1/users/me")).data.email).toBe(ann.email);
    expect(await loginWith(next, ann.password)).toBe(401);
    const token = tokenIn(await mailTo(next, /Confirm/));
    expect((await verify(token)).data.email).toBe(next);
    expect((await ann.get("/v1/users/me")).data).toMatchObject({ email: next, email_verified: true });
    expect(await loginWith(next, ann.password)).toBe(200);
    expect(await loginWith(ann.email, ann.password)).toBe(401);
    expect((await register(app, { email: ann.email })).email).toBe(ann.email);
  });

  test("needs the password, and an address that nobody has, in any case and width of its letters", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    expectRefusal(await change(ann, "new@example.test", "Wrong-Horse-8"), 401, "INVALID_PASSWORD");
    for (const taken of [bob.email, bob.email.toUpperCase(), bob.email.replace("u", "\uFF55")])
      expectRefusal(await change(ann, taken), 409, "CONFLICT", "email");
    expectRefusal(await change(ann, "no address"), 400, "VALIDATION_ERROR", "email");
  });

  test("an address that somebody else took meanwhile is 409, and of two who confirm one at once one gets it", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const wanted = `wanted-${ann.email}`;
    await change(ann, wanted);
    const anns = tokenIn(await mailTo(wanted, /Confirm/));
    await change(bob, wanted);
    const bobs = tokenIn(await mailTo(wanted, /Confirm/));
    const answers = await Promise.all([verify(anns), verify(bobs)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each(["changed", "reset"])("that was asked for before the password was %s is void", async (how) => {
    const ann = await register(app);
    await change(ann, `taken-${ann.email}`);
    const stale = tokenIn(await mailTo(`taken-${ann.email}`, /Confirm/));
    const passwords = { current_password: ann.password, new_password: newPassword };
    const answer =
      how === "changed"
        ? await ann.post("/v1/users/me/password", passwords)
        : await reset(await resetTokenOf(ann));
    expect(answer.status).toBe(200);
    expectRefusal(await verify(stale), 401, "UNAUTHORIZED");
    expect(await loginWith(ann.email, newPassword)).toBe(200);
  });

  test("the confirmation of the address that one has outlives a changed password", async () => {
    const ann = await register(app);
    const token = tokenIn(await mailTo(ann.email, /Confirm/));
    await ann.post("/v1/users/me/password", { current_password: ann.password, new_password: newPassword });
    expect((await verify(token)).data.email).toBe(ann.email);
  });

  test("makes a reset that was asked for at the old address void", async () => {
    const ann = await register(app);
    const stale = await resetTokenOf(ann);
    await change(ann, `moved-${ann.email}`);
    await verify(tokenIn(await mailTo(`moved-${ann.email}`, /Confirm/)));
    expectRefusal(await reset(stale), 401, "UNAUTHORIZED");
  });
});

describe("with rates on", () => {
  test("three reset mails an hour go to an account and 20 to a network, and the answers stay the same", async () => {
    const limited = await startApp({
      SMTP_URL: relay.url,
      PARLEY_RATE_LIMITS: "default",
      PARLEY_TRUSTED_PROXIES: "127.0.0.1",
    });
    try {
      const ann = await register(limited);
      const count = () =>
        relay.received.filter(({ to, subject }) => to.includes(ann.email) && /new/.test(subject)).length;
      const ask = (email: string, network: string) =>
        anonymous(limited).post("/v1/auth/password/forgot", { email }, { "x-forwarded-for": network });
      const texts = new Set<string>();
      for (let time = 0; time < 5; time++) texts.add((await ask(ann.email, `10.9.0.${time}`)).text);
      for (let time = 0; time < 20; time++) await ask(`x${time}@example.test`, "10.9.1.1");
      const bob = await register(limited, {});
      texts.add((await ask(bob.email, "10.9.1.1")).text);
      expect(texts.size).toBe(1);
      await ask(bob.email, "10.9.1.2");
      await mailTo(bob.email, /new password/);
      expect(count()).toBe(3);
      expect(
        relay.received.filter(({ to, subject }) => to.includes(bob.email) && /new/.test(subject)),
      ).toHaveLength(1);
    } finally {
      await limited.stop();
    }
  });

  test("fifty invitations an hour are mailed for one person, then 429; links are not counted", async () => {
    const limited = await startApp({ SMTP_URL: relay.url, PARLEY_RATE_LIMITS: "default" });
    try {
      const { person, id } = await makeOrganization(limited);
      const path = `/v1/organizations/${id}/invitations`;
      const statuses: number[] = [];
      for (let time = 0; time < 51; time++)
        statuses.push((await person.post(path, { email: `guest-${time}@boats.example` })).status);
      expect(statuses).toEqual([...new Array(50).fill(201), 429]);
      expect((await person.post(path)).status).toBe(201);
    } finally {
      await limited.stop();
    }
  });

  test("twenty wrong tokens an hour from a network are told so, then 429, also with a right one", async () => {
    const limited = await startApp({ PARLEY_RATE_LIMITS: "default", PARLEY_TRUSTED_PROXIES: "127.0.0.1" });
    try {
      const from = (network: string, token: string) =>
        anonymous(limited).post("/v1/auth/email/verify", { token }, { "x-forwarded-for": network });
      for (let time = 0; time < 20; time++)
        expect((await from("10.9.2.1", `wrong-${time}`)).status).toBe(401);
      expectRefusal(await from("10.9.2.1", "wrong"), 429, "RATE_LIMIT_EXCEEDED");
      expect((await from("10.9.2.2", "wrong")).status).toBe(401);
    } finally {
      await limited.stop();
    }
  });
});
