import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { loginByCookie, openBrowser } from "../kit/browser.ts";
import { inFuture, minute, second } from "../kit/clock.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous, type Person, register } from "../kit/person.ts";
import { startServer } from "../kit/server.ts";
import type { SignedIn } from "../kit/shapes.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

/** The test itself is the trusted proxy, so that it can sign in from anywhere. */
const trusting = { PARLEY_TRUSTED_PROXIES: "127.0.0.1" };
const app = await startApp(trusting);
afterAll(() => app.stop());
await register(app);

const wrong = "Wrong-Horse-8";
const login = (network: string, body: object, path = "/v1/auth/login") =>
  anonymous(app).post<SignedIn>(path, body, { "x-forwarded-for": network });
const wrongFrom = (network: string, person: { email: string }) =>
  login(network, { email: person.email, password: wrong });
const rightFrom = (network: string, { email, password }: Person, extra: object = {}) =>
  login(network, { email, password, ...extra });

async function failFrom(network: string, person: { email: string }, times: number): Promise<void> {
  for (let time = 0; time < times; time++)
    expectRefusal(await wrongFrom(network, person), 401, "INVALID_CREDENTIALS");
}

describe("the fifth wrong password from one network", () => {
  test("locks it out of the account: five 401, then 423 with the seconds to wait, for the right one too", async () => {
    const ann = await register(app);
    await failFrom("10.0.0.1", ann, 5);
    const sixth = await wrongFrom("10.0.0.1", ann);
    expectRefusal(sixth, 423, "ACCOUNT_LOCKED");
    expect(sixth.error?.retry_after).toBeWithin(15 * 60 - 30, 15 * 60 + 1);
    expect(sixth.headers.get("retry-after")).toBe(String(sixth.error?.retry_after));
    expectRefusal(await rightFrom("10.0.0.1", ann), 423, "ACCOUNT_LOCKED");
  });

  test("leaves other networks and other accounts alone, and whoever is signed in", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    await failFrom("10.0.0.2", ann, 5);
    expect((await rightFrom("10.0.0.3", ann)).status).toBe(200);
    expect((await rightFrom("10.0.0.2", bob)).status).toBe(200);
    expect((await ann.get("/v1/users/me")).status).toBe(200);
  });

  test("counts whichever of the two names was given, and every surface", async () => {
    const ann = await register(app);
    await failFrom("10.0.0.4", ann, 2);
    for (let time = 0; time < 3; time++) {
      const body = { username: ann.username.toUpperCase(), password: wrong };
      expect((await login("10.0.0.4", body, "/api/v5/auth/login")).status).toBe(401);
    }
    expectRefusal(
      await login("10.0.0.4", { username: ann.username, password: wrong }),
      423,
      "ACCOUNT_LOCKED",
    );
    expect(
      (await login("10.0.0.4", { email: ann.email, password: wrong }, "/api/v5/auth/login")).status,
    ).toBe(423);
    const cookie = await loginByCookie(app, ann, { "x-forwarded-for": "10.0.0.4" });
    expectRefusal(cookie, 423, "ACCOUNT_LOCKED");
  });

  test("is the same for an account that does not exist", async () => {
    const nobody = { email: "nobody-here@example.test" };
    await failFrom("10.0.0.5", nobody, 5);
    const sixth = await wrongFrom("10.0.0.5", nobody);
    expectRefusal(sixth, 423, "ACCOUNT_LOCKED");
    expect(sixth.error?.retry_after).toBeWithin(15 * 60 - 30, 15 * 60 + 1);
    expect((await wrongFrom("10.0.0.6", nobody)).status).toBe(401);
  });

  test("takes the /64 of an IPv6 address for one network, and the next /64 for another", async () => {
    const ann = await register(app);
    await failFrom("2001:db8:1:1::1", ann, 4);
    await failFrom("2001:db8:1:1:ffff:ffff:ffff:ffff", ann, 1);
    expect((await rightFrom("2001:db8:1:1:abcd::7", ann)).status).toBe(423);
    expect((await rightFrom("2001:db8:1:2::1", ann)).status).toBe(200);
  });

  test("counts within 15 minutes: one that is older has no weight, a success between takes none away", async () => {
    const ann = await register(app);
    await failFrom("10.0.0.7", ann, 4);
    expect((await rightFrom("10.0.0.7", ann)).status).toBe(200);
    await inFuture(15 * minute + second, async () => {
      await failFrom("10.0.0.7", ann, 4);
      expect((await rightFrom("10.0.0.7", ann)).status).toBe(200);
      await failFrom("10.0.0.7", ann, 1);
      expect((await rightFrom("10.0.0.7", ann)).status).toBe(423);
    });
  });

  test("holds for 15 minutes whatever comes meanwhile, and then the count begins anew", async () => {
    const ann = await register(app);
    await failFrom("10.0.0.8", ann, 5);
    await inFuture(14 * minute, async () => {
      for (let time = 0; time < 6; time++) expect((await wrongFrom("10.0.0.8", ann)).status).toBe(423);
    });
    await inFuture(15 * minute + second, async () => {
      await failFrom("10.0.0.8", ann, 4);
      expect((await rightFrom("10.0.0.8", ann)).status).toBe(200);
    });
  });

  test("is the fifth also when forty come at once: five are told 401, the rest 423", async () => {
    const ann = await register(app);
    const answers = await Promise.all(Array.from({ length: 40 }, () => wrongFrom("10.0.0.9", ann)));
    const counts = Map.groupBy(answers, (answer) => answer.status);
    expect(counts.get(401)).toHaveLength(5);
    expect(counts.get(423)).toHaveLength(35);
    expect((await rightFrom("10.0.0.9", ann)).status).toBe(423);
  });
});

describe("the fiftieth wrong password from anywhere", () => {
  async function lockFromEverywhere(person: Person, block: string): Promise<void> {
    await Promise.all(Array.from({ length: 10 }, (_, network) => failFrom(`${block}.${network}`, person, 5)));
  }

  test("locks every network out, and its owner comes in with a session that still lives", async () => {
    const ann = await register(app);
    const browser = await openBrowser(app, ann);
    await lockFromEverywhere(ann, "10.1.0");
    expectRefusal(await rightFrom("10.1.0.77", ann), 423, "ACCOUNT_LOCKED");
    expect((await rightFrom("10.1.0.78", ann, { refresh_token: ann.refreshToken })).status).toBe(200);
    const byCookie = await loginByCookie(app, ann, {
      cookie: browser.cookie,
      "x-forwarded-for": "10.1.0.79",
    });
    expect(byCookie.status).toBe(200);
  });

  test("is not lifted by somebody else's session, a dead one, or a used token, and five wrong ones lock with one too", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const used = ann.refreshToken;
    const { data } = await anonymous(app).post<SignedIn>("/v1/auth/refresh", { refresh_token: used });
    const ended = await rightFrom("10.2.9.1", ann);
    await anonymous(app).post("/v1/auth/logout", {}, { authorization: `Bearer ${ended.data.access_token}` });
    const bobs = await openBrowser(app, bob);
    await lockFromEverywhere(ann, "10.2.0");
    for (const refresh_token of [bob.refreshToken, used, ended.data.refresh_token, "x", data.access_token])
      expect((await rightFrom("10.2.0.77", ann, { refresh_token })).status).toBe(423);
    const byCookie = await loginByCookie(app, ann, { cookie: bobs.cookie, "x-forwarded-for": "10.2.0.78" });
    expect(byCookie.status).toBe(423);
    const own = { email: ann.email, password: wrong, refresh_token: data.refresh_token };
    for (let time = 0; time < 5; time++) expect((await login("10.2.0.79", own)).status).toBe(401);
    expect((await login("10.2.0.79", own)).status).toBe(423);
    expect((await rightFrom("10.2.0.80", ann, { refresh_token: data.refresh_token })).status).toBe(200);
  });
});

describe("a wrong current password", () => {
  const change = (person: Person, current_password: string) =>
    person.post("/v1/users/me/password", { current_password, new_password: "Other-Horse-8" });

  test("is 401 five times in 15 minutes, then 423 for the right one too, and signing in goes on", async () => {
    const ann = await register(app);
    for (let time = 0; time < 5; time++) expectRefusal(await change(ann, wrong), 401, "INVALID_PASSWORD");
    const sixth = await change(ann, ann.password);
    expectRefusal(sixth, 423, "ACCOUNT_LOCKED");
    expect(sixth.error?.retry_after).toBeWithin(15 * 60 - 30, 15 * 60 + 1);
    const other = await ann.put("/api/v5/users/me/password", {
      current_password: ann.password,
      new_password: "Other-Horse-8",
    });
    expect(other.status).toBe(423);
    expect((await rightFrom("10.3.0.1", ann)).status).toBe(200);
    await inFuture(15 * minute + second, async () => {
      expect((await change(ann, ann.password)).status).toBe(200);
    });
  });

  test("is answered five times also when twenty come at once", async () => {
    const ann = await register(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => change(ann, wrong)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 423)).toHaveLength(15);
  });
});

test("a restart forgets no lock and no failure", async () => {
  const server = await startServer(trusting);
  try {
    const ann = await register(server);
    const from = (network: string, password: string) =>
      anonymous(server).post(
        "/v1/auth/login",
        { email: ann.email, password },
        { "x-forwarded-for": network },
      );
    for (let time = 0; time < 5; time++) expect((await from("10.0.0.1", wrong)).status).toBe(401);
    for (let time = 0; time < 4; time++) expect((await from("10.0.0.2", wrong)).status).toBe(401);
    await server.kill("SIGKILL");
    await server.restart();
    expect((await from("10.0.0.1", ann.password)).status).toBe(423);
    expect((await from("10.0.0.2", wrong)).status).toBe(401);
    expect((await from("10.0.0.2", ann.password)).status).toBe(423);
  } finally {
    await server.stop();
  }
});
