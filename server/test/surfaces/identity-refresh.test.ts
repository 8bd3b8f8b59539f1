import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { day, hour, inFuture, second } from "../kit/clock.ts";
import { expectRefusal, expectTime } from "../kit/expectations.ts";
import { anonymous, loginAgain, register, withToken } from "../kit/person.ts";
import type { SignedIn } from "../kit/shapes.ts";
import { endOf, TestSocket, takeTicket } from "../kit/socket.ts";
import { readStore } from "../kit/store.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());

const refresh = (refresh_token: unknown) =>
  anonymous(app).post<SignedIn>("/v1/auth/refresh", { refresh_token });
const statusWith = async (accessToken: string) =>
  (await withToken(app, accessToken).get("/v1/users/me")).status;
const afterGrace = 11 * second;

describe("a refresh", () => {
  test("answers 200 with a new pair and its ends", async () => {
    const person = await register(app);
    const answer = await refresh(person.refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.data.refresh_token).not.toBe(person.refreshToken);
    expectTime(answer.data.expires_at, hour);
    expectTime(answer.data.refresh_expires_at, 30 * day);
    expect(await statusWith(answer.data.access_token)).toBe(200);
  });

  test("stays in the same session: no second one appears, and the access token from before lives on", async () => {
    const person = await register(app);
    const { access_token } = (await refresh(person.refreshToken)).data;
    const { sessions } = (
      await withToken(app, access_token).get<{ sessions: { id: string }[] }>("/v1/sessions")
    ).data;
    expect(sessions.map((session) => session.id)).toEqual([person.sessionId]);
    expect(await statusWith(person.accessToken)).toBe(200);
  });

  test("works again and again, each time with the newest token", async () => {
    let { refreshToken } = await register(app);
    for (let round = 0; round < 5; round++) {
      const answer = await refresh(refreshToken);
      expect(await statusWith(answer.data.access_token)).toBe(200);
      refreshToken = answer.data.refresh_token;
    }
  });

  test("needs no access token, and a dead one beside it does no harm", async () => {
    const person = await register(app);
    const answer = await withToken(app, "dead").post("/v1/auth/refresh", {
      refresh_token: person.refreshToken,
    });
    expect(answer.status).toBe(200);
  });
});

describe("within ten seconds of its use", () => {
  test("the same token gives the same successor again", async () => {
    const person = await register(app);
    const first = await refresh(person.refreshToken);
    const again = await refresh(person.refreshToken);
    expect(again.status).toBe(200);
    expect(again.data.refresh_token).toBe(first.data.refresh_token);
    expect(again.data.refresh_expires_at).toBe(first.data.refresh_expires_at);
    expect(await statusWith(again.data.access_token)).toBe(200);
  });

  test("also nine seconds later", async () => {
    const person = await register(app);
    const first = await refresh(person.refreshToken);
    const again = await inFuture(9 * second, () => refresh(person.refreshToken));
    expect(again.data.refresh_token).toBe(first.data.refresh_token);
  });

  test("fifty at once all get one and the same successor, and it works", async () => {
    const person = await register(app);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(person.refreshToken)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const successors = new Set(answers.map((answer) => answer.data.refresh_token));
    expect(successors.size).toBe(1);
    for (const answer of answers.slice(0, 3)) expect(await statusWith(answer.data.access_token)).toBe(200);
    expect((await refresh([...successors][0])).status).toBe(200);
  });

  test("but once the successor was used, the token before it ends the family at once", async () => {
    const person = await register(app);
    const second = await refresh(person.refreshToken);
    const third = await refresh(second.data.refresh_token);
    expectRefusal(await refresh(person.refreshToken), 401, "TOKEN_REUSED");
    expect((await refresh(third.data.refresh_token)).status).toBe(401);
    expect(await statusWith(third.data.access_token)).toBe(401);
  });
});

describe("a used token presented again after the ten seconds", () => {
  test("ends the whole family, its session and every access token of it", async () => {
    const person = await register(app);
    const successor = (await refresh(person.refreshToken)).data;
    await inFuture(afterGrace, async () => {
      expectRefusal(await refresh(person.refreshToken), 401, "TOKEN_REUSED");
      expect((await refresh(successor.refresh_token)).status).toBe(401);
      expect(await statusWith(successor.access_token)).toBe(401);
      expect(await statusWith(person.accessToken)).toBe(401);
    });
  });

  test("is told the same each time it comes", async () => {
    const person = await register(app);
    await refresh(person.refreshToken);
    await inFuture(afterGrace, async () => {
      expectRefusal(await refresh(person.refreshToken), 401, "TOKEN_REUSED");
      expect((await refresh(person.refreshToken)).status).toBe(401);
    });
  });

  test("leaves the person's other sessions alone", async () => {
    const person = await register(app);
    const other = await loginAgain(app, person);
    await refresh(person.refreshToken);
    await inFuture(afterGrace, async () => {
      expectRefusal(await refresh(person.refreshToken), 401, "TOKEN_REUSED");
      expect(await statusWith(other.accessToken)).toBe(200);
      expect((await refresh(other.refreshToken)).status).toBe(200);
    });
  });

  test("closes the session's sockets with 4401", async () => {
    const person = await register(app);
    const socket = await TestSocket.connect(app, person);
    await refresh(person.refreshToken);
    await inFuture(afterGrace, () => refresh(person.refreshToken));
    expect(await endOf(socket)).toBe(4401);
  });
});

describe("a refresh token ends", () => {
  test("after thirty days without use", async () => {
    const person = await register(app);
    await inFuture(30 * day + hour, async () => {
      const answer = await refresh(person.refreshToken);
      expect(answer.status).toBe(401);
      expect(["TOKEN_EXPIRED", "UNAUTHORIZED"]).toContain(answer.error?.code ?? "");
    });
  });

  test("not before", async () => {
    const person = await register(app);
    const answer = await inFuture(30 * day - hour, () => refresh(person.refreshToken));
    expect(answer.status).toBe(200);
  });

  test("ninety days after the login, however lately it was used, and never promises more", async () => {
    const person = await register(app);
    const bornAt = Date.now();
    let token = person.refreshToken;
    for (const age of [29, 58, 87]) {
      const answer = await inFuture(age * day, () => refresh(token));
      expect(Date.parse(answer.data.refresh_expires_at)).toBeLessThanOrEqual(bornAt + 90 * day);
      token = answer.data.refresh_token;
    }
    await inFuture(90 * day + hour, async () => expect((await refresh(token)).status).toBe(401));
  });

  test("with its session", async () => {
    const person = await register(app);
    await person.post("/v1/auth/logout");
    expect((await refresh(person.refreshToken)).status).toBe(401);
  });
});

describe("what is no refresh token", () => {
  test("anything made up is 401", async () => {
    for (const token of ["x", "a".repeat(43), "a".repeat(1_000), "../../etc", "null"]) {
      expectRefusal(await refresh(token), 401, "UNAUTHORIZED");
    }
  });

  test("an access token and a ticket are 401, and a refresh token or ticket opens no route", async () => {
    const person = await register(app);
    const ticket = await takeTicket(person);
    expectRefusal(await refresh(person.accessToken), 401, "UNAUTHORIZED");
    expectRefusal(await refresh(ticket), 401, "UNAUTHORIZED");
    expect(await statusWith(person.refreshToken)).toBe(401);
    expect(await statusWith(ticket)).toBe(401);
    expect((await refresh(person.refreshToken)).status).toBe(200);
  });

  test("one altered character is 401 and does not end the family", async () => {
    const person = await register(app);
    const middle = Math.floor(person.refreshToken.length / 2);
    const other = person.refreshToken[middle] === "A" ? "B" : "A";
    const altered = person.refreshToken.slice(0, middle) + other + person.refreshToken.slice(middle + 1);
    expectRefusal(await refresh(altered), 401, "UNAUTHORIZED");
    expect((await refresh(person.refreshToken)).status).toBe(200);
  });

  test("a missing or ill-typed one is 400 and names the field", async () => {
    expectRefusal(
      await anonymous(app).post("/v1/auth/refresh", {}),
      400,
      "VALIDATION_ERROR",
      "refresh_token",
    );
    for (const value of [null, 7, [], {}]) {
      expectRefusal(await refresh(value), 400, "VALIDATION_ERROR", "refresh_token");
    }
  });
});

test("a thief of the disk finds no usable token, ticket or password", async () => {
  const person = await register(app, { password: "Canary-Pass-4711" });
  const ticket = await takeTicket(person);
  const successor = (await refresh(person.refreshToken)).data;
  const stored = await readStore(app);
  expect(stored).toContain(person.username);
  for (const secret of [
    person.password,
    person.refreshToken,
    person.accessToken,
    successor.refresh_token,
    successor.access_token,
    ticket,
  ]) {
    expect(stored.includes(secret)).toBe(false);
  }
});

test("stored passwords are argon2id with at least 46 MiB, each with a salt of its own", async () => {
  const real = await startApp({}, {});
  await register(real);
  await register(real);
  const hashes = [
    ...new Set((await readStore(real)).match(/\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{22}/g)),
  ];
  await real.stop();
  expect(hashes.length).toBeGreaterThan(1);
  for (const hash of hashes) {
    const { m, t } = /m=(?<m>\d+),t=(?<t>\d+)/.exec(hash)?.groups ?? {};
    expect(Number(m)).toBeGreaterThanOrEqual(47_104);
    expect(Number(t)).toBeGreaterThanOrEqual(1);
  }
  const salts = hashes.map((hash) => hash.split("$").at(-1));
  expect(new Set(salts).size).toBe(hashes.length);
});
