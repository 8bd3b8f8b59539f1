import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { loginByCookie } from "../kit/browser.ts";
import { inFuture, minute, second } from "../kit/clock.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous, type Person, register } from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";
import { readStore } from "../kit/store.ts";
import { codeOf } from "../kit/totp.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
await register(app);

interface Guarded {
  person: Person;
  secret: string;
  recoveryCodes: string[];
}

async function withFactor(): Promise<Guarded> {
  const person = await register(app);
  const { secret } = (await person.post<{ secret: string }>("/v1/auth/2fa/setup")).data;
  const confirmed = await person.post<{ recovery_codes: string[] }>("/v1/auth/2fa/verify", {
    code: codeOf(secret, 1),
  });
  return { person, secret, recoveryCodes: confirmed.data.recovery_codes };
}

const login = ({ email, password }: Person, extra: object = {}, path = "/v1/auth/login") =>
  anonymous(app).post<SignedIn>(path, { email, password, ...extra });

describe("turning it on", () => {
  test("gives a secret and its otpauth URL, and counts only once a code of it came", async () => {
    const ann = await register(app);
    const { data } = await ann.post<{ secret: string; otpauth_url: string }>("/v1/auth/2fa/setup");
    expect(data.secret).toMatch(/^[A-Z2-7]{32}$/);
    const url = new URL(data.otpauth_url);
    expect(url.protocol).toBe("otpauth:");
    expect(url.searchParams.get("secret")).toBe(data.secret);
    expect(decodeURIComponent(url.pathname)).toContain(ann.email);
    expect((await login(ann)).status).toBe(200);
    expectRefusal(await ann.post("/v1/auth/2fa/verify", { code: "000000" }), 401, "INVALID_CREDENTIALS");
    const on = await ann.post<{ recovery_codes: string[] }>("/v1/auth/2fa/verify", {
      code: codeOf(data.secret),
    });
    expect(new Set(on.data.recovery_codes).size).toBe(10);
    expect((await ann.get("/v1/auth/2fa")).data).toEqual({ enabled: true, recovery_codes_left: 10 });
    expect((await login(ann)).status).toBe(401);
  });

  test("again is 409 while it is on, and without a beginning it is 409 too", async () => {
    const { person } = await withFactor();
    expectRefusal(await person.post("/v1/auth/2fa/setup"), 409, "CONFLICT");
    expectRefusal(await person.post("/v1/auth/2fa/verify", { code: "123456" }), 409, "CONFLICT");
    const ann = await register(app);
    expectRefusal(await ann.post("/v1/auth/2fa/verify", { code: "123456" }), 409, "CONFLICT");
  });
});

describe("signing in with it", () => {
  test("asks for a code on every way in, and opens nothing before", async () => {
    const { person } = await withFactor();
    expectRefusal(await login(person), 401, "TWO_FACTOR_REQUIRED");
    expectRefusal(await login(person, {}, "/api/v1/auth/login"), 401, "TWO_FACTOR_REQUIRED");
    expect((await login(person, {}, "/api/v5/auth/login")).status).toBe(401);
    const cookie = await loginByCookie(app, person);
    expectRefusal(cookie, 401, "TWO_FACTOR_REQUIRED");
    expect(cookie.headers.has("set-cookie")).toBe(false);
    expect((await person.get<{ sessions: unknown[] }>("/v1/sessions")).data.sessions).toHaveLength(1);
  });

  test("a wrong password says nothing of it", async () => {
    const { person } = await withFactor();
    expectRefusal(await login({ ...person, password: "Wrong-Horse-8" }), 401, "INVALID_CREDENTIALS");
  });

  test("takes the present code once, on any surface, and of two at once one", async () => {
    const { person, secret } = await withFactor();
    const code = codeOf(secret);
    const answers = await Promise.all([login(person, { code }), login(person, { code })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expectRefusal(await login(person, { code }), 401, "INVALID_CREDENTIALS");
    expect((await login(person, { code }, "/api/v5/auth/login")).status).toBe(401);
  });

  test("takes the code of the step before for a slow clock, none older, and none from before the last one used", async () => {
    const { person, secret } = await withFactor();
    await inFuture(10 * minute, async () => {
      expectRefusal(await login(person, { code: codeOf(secret, 2) }), 401, "INVALID_CREDENTIALS");
      expect((await login(person, { code: codeOf(secret, 1) })).status).toBe(200);
      expectRefusal(await login(person, { code: codeOf(secret, 1) }), 401, "INVALID_CREDENTIALS");
      expect((await loginByCookie(app, person, {}, { code: codeOf(secret) })).status).toBe(200);
    });
  });

  test("takes each recovery code once, however it is typed, and of two at once one", async () => {
    const { person, recoveryCodes } = await withFactor();
    const [first = "", second_ = ""] = recoveryCodes;
    const typed = ` ${first.toUpperCase().replaceAll("-", " ")} `;
    expect((await login(person, { recovery_code: typed })).status).toBe(200);
    expectRefusal(await login(person, { recovery_code: first }), 401, "INVALID_CREDENTIALS");
    const answers = await Promise.all([1, 2].map(() => login(person, { recovery_code: second_ })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await person.get("/v1/auth/2fa")).data).toMatchObject({ recovery_codes_left: 8 });
  });

  test("another's recovery code is wrong", async () => {
    const [ann, bob] = [await withFactor(), await withFactor()];
    const answer = await login(ann.person, { recovery_code: bob.recoveryCodes[0] });
    expectRefusal(answer, 401, "INVALID_CREDENTIALS");
  });

  test("locks after five wrong codes, for a right one too", async () => {
    const { person, secret } = await withFactor();
    for (let time = 0; time < 5; time++)
      expectRefusal(await login(person, { code: `00000${time}` }), 401, "INVALID_CREDENTIALS");
    expectRefusal(await login(person, { code: codeOf(secret) }), 423, "ACCOUNT_LOCKED");
  });
});

describe("new recovery codes", () => {
  const path = "/v1/auth/2fa/recovery-codes";

  test("need both factors, replace the former ones at once, and leave the authenticator as it is", async () => {
    const { person, secret, recoveryCodes } = await withFactor();
    const { password } = person;
    expectRefusal(await person.post(path, { password }), 400, "VALIDATION_ERROR", "code");
    const wrong = { password: "Wrong-Horse-8", code: codeOf(secret) };
    expectRefusal(await person.post(path, wrong), 401, "INVALID_PASSWORD");
    expectRefusal(await person.post(path, { password, code: "000000" }), 401, "INVALID_CREDENTIALS");
    expect((await person.get("/v1/auth/2fa")).data).toEqual({ enabled: true, recovery_codes_left: 10 });
    const got = await person.post<{ recovery_codes: string[] }>(path, { password, code: codeOf(secret) });
    const fresh = got.data.recovery_codes;
    expect(new Set([...fresh, ...recoveryCodes]).size).toBe(20);
    expectRefusal(await login(person, { recovery_code: recoveryCodes[0] }), 401, "INVALID_CREDENTIALS");
    expect((await login(person, { recovery_code: fresh[0] })).status).toBe(200);
    expect((await person.get("/v1/auth/2fa")).data).toEqual({ enabled: true, recovery_codes_left: 9 });
    await inFuture(minute, async () =>
      expect((await login(person, { code: codeOf(secret) })).status).toBe(200),
    );
  });

  test("a recovery code opens the way to them, and of two askers with one code one gets them", async () => {
    const { person, recoveryCodes } = await withFactor();
    const body = { password: person.password, recovery_code: recoveryCodes[0] };
    const answers = await Promise.all([
      person.post<{ recovery_codes: string[] }>(path, body),
      person.post<{ recovery_codes: string[] }>(path, body),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    const given = answers.find(({ status }) => status === 200)?.data.recovery_codes ?? [];
    expect((await login(person, { recovery_code: given[9] })).status).toBe(200);
    expect((await person.get("/v1/auth/2fa")).data).toEqual({ enabled: true, recovery_codes_left: 9 });
  });

  test("there are none without a second factor: 409; five wrong codes lock them too", async () => {
    const ann = await register(app);
    expectRefusal(await ann.post(path, { password: ann.password, code: "123456" }), 409, "CONFLICT");
    const { person, secret } = await withFactor();
    const ask = (code: string) => person.post(path, { password: person.password, code });
    for (let time = 0; time < 5; time++) expectRefusal(await ask(`00000${time}`), 401, "INVALID_CREDENTIALS");
    expectRefusal(await ask(codeOf(secret)), 423, "ACCOUNT_LOCKED");
  });
});

describe("turning it off", () => {
  test("needs the password and a code, and then the password alone signs in", async () => {
    const { person, secret } = await withFactor();
    const off = (body: object) => person.post("/v1/auth/2fa/disable", body);
    expectRefusal(await off({ password: person.password }), 400, "VALIDATION_ERROR", "code");
    expectRefusal(await off({ password: "Wrong-Horse-8", code: codeOf(secret) }), 401, "INVALID_PASSWORD");
    expectRefusal(await off({ password: person.password, code: "000000" }), 401, "INVALID_CREDENTIALS");
    expect((await login(person)).status).toBe(401);
    expect((await off({ password: person.password, code: codeOf(secret) })).status).toBe(200);
    expect((await login(person)).status).toBe(200);
    expectRefusal(await off({ password: person.password, code: "123456" }), 409, "CONFLICT");
  });

  test("a recovery code serves too", async () => {
    const { person, recoveryCodes } = await withFactor();
    const body = { password: person.password, recovery_code: recoveryCodes[0] };
    expect((await person.post("/v1/auth/2fa/disable", body)).status).toBe(200);
    expect((await person.get("/v1/auth/2fa")).data).toEqual({ enabled: false, recovery_codes_left: 0 });
  });

  test("five wrong codes in 15 minutes are told so, then it is 423", async () => {
    const { person, secret } = await withFactor();
    const off = (code: string) => person.post("/v1/auth/2fa/disable", { password: person.password, code });
    for (let time = 0; time < 5; time++) expectRefusal(await off(`00000${time}`), 401, "INVALID_CREDENTIALS");
    expectRefusal(await off(codeOf(secret)), 423, "ACCOUNT_LOCKED");
    await inFuture(15 * minute + second, async () => expect((await off(codeOf(secret))).status).toBe(200));
  });
});

test("a stolen disk holds neither the secret nor a recovery code", async () => {
  const { secret, recoveryCodes } = await withFactor();
  const store = await readStore(app);
  expect(store).not.toContain(secret);
  for (const code of recoveryCodes) expect(store).not.toContain(code);
});
