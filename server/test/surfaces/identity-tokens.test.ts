import { afterAll, describe, expect, test } from "bun:test";
import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { startApp } from "../kit/app.ts";
import { hour, inFuture, minute, second } from "../kit/clock.ts";
import { expectRefusal, uuidV7 } from "../kit/expectations.ts";
import { anonymous, callerWith, loginAgain, register, withToken } from "../kit/person.ts";
import { rawUpgrade, TestSocket, takeTicket } from "../kit/socket.ts";
import { readSigningKey } from "../kit/store.ts";
import { requestHead, sendBytes } from "../kit/wire.ts";

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);
const header = decodeProtectedHeader(person.accessToken);
const claims = decodeJwt(person.accessToken);

async function readKeys(): Promise<JSONWebKeySet> {
  const response = await fetch(`${app.url}/.well-known/jwks.json`);
  expect(response.status).toBe(200);
  return (await response.json()) as JSONWebKeySet;
}

async function expectUnauthorized(token: string, code = "UNAUTHORIZED"): Promise<void> {
  const answer = await withToken(app, token).get("/v1/users/me");
  expectRefusal(answer, 401, code);
  expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const signed = (head: object, payload: object, key: KeyObject) => {
  const text = `${encode(head)}.${encode(payload)}`;
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return `${text}.${sign(algorithm, Buffer.from(text), key).toString("base64url")}`;
};
const [headerPart = "", claimsPart = "", signaturePart = ""] = person.accessToken.split(".");

describe("the key set", () => {
  test("is public and holds Ed25519 keys for signatures, without their private halves", async () => {
    const { keys } = await readKeys();
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({ kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" });
      expect(key.kid).toMatch(/\S/);
      expect(key.x).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(key).not.toHaveProperty("d");
    }
  });

  test("verifies an access token, as anybody else would", async () => {
    const { payload, protectedHeader } = await jwtVerify(
      person.accessToken,
      createLocalJWKSet(await readKeys()),
      {
        algorithms: ["EdDSA"],
      },
    );
    expect(protectedHeader.alg).toBe("EdDSA");
    expect(payload.sub).toBe(person.id);
  });

  test("names the key of every token it signs", async () => {
    const { keys } = await readKeys();
    expect(keys.map((key) => key.kid)).toContain(header.kid);
  });
});

describe("an access token", () => {
  test("carries sub, sid, tid, role, iat, exp, iss and aud, and lives one hour", () => {
    expect(claims).toMatchObject({ sub: person.id, sid: person.sessionId, role: "admin" });
    expect(claims.tid).toMatch(uuidV7);
    expect(claims.iss).toMatch(/\S/);
    expect(claims.aud).toBeDefined();
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
    expect(Math.abs(Number(claims.iat) * second - Date.now())).toBeLessThan(minute);
  });

  test("carries no e-mail, name or password", () => {
    const text = JSON.stringify(claims);
    for (const secret of [person.email, person.username, person.password]) expect(text).not.toContain(secret);
  });

  test("is refused as TOKEN_EXPIRED after its hour, while the refresh token still works", async () => {
    const other = await register(app);
    await inFuture(59 * minute, async () => expect((await other.get("/v1/users/me")).status).toBe(200));
    await inFuture(hour + 2 * minute, async () => {
      await expectUnauthorized(other.accessToken, "TOKEN_EXPIRED");
      const answer = await anonymous(app).post("/v1/auth/refresh", { refresh_token: other.refreshToken });
      expect(answer.status).toBe(200);
    });
  });
});

describe("401 with WWW-Authenticate and one shape", () => {
  test("without a token", async () => {
    const answer = await anonymous(app).get("/v1/users/me");
    expectRefusal(answer, 401, "UNAUTHORIZED");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });

  test.each(["", " ", "x", "null", "a.b", "a.b.c", "a.b.c.d", "..", "Bearer", "é"])(
    "for the made-up token %j",
    async (token) => {
      const answer = await callerWith(app, {
        authorization: `Bearer ${Buffer.from(token).toString("latin1")}`,
      }).get("/v1/users/me");
      expectRefusal(answer, 401, "UNAUTHORIZED");
    },
  );

  test.each(["Basic", "Token", "JWT", "Bearer:"])("for the scheme %s", async (scheme) => {
    const answer = await callerWith(app, { authorization: `${scheme} ${person.accessToken}` }).get(
      "/v1/users/me",
    );
    expectRefusal(answer, 401, "UNAUTHORIZED");
  });

  test.each([0, 1, 2])("for one altered character in part %d", async (part) => {
    const parts = person.accessToken.split(".");
    const text = parts[part] ?? "";
    const middle = Math.floor(text.length / 2);
    parts[part] = `${text.slice(0, middle)}${text[middle] === "A" ? "B" : "A"}${text.slice(middle + 1)}`;
    await expectUnauthorized(parts.join("."));
  });

  test("for a token of one megabyte, which at most the head's limit answers before", async () => {
    const head = requestHead(app, "GET /v1/users/me", { Authorization: `Bearer ${"a".repeat(1_000_000)}` });
    const { status } = await sendBytes(app, head, { until: "answer" });
    expect([401, 431]).toContain(status);
    expect((await person.get("/v1/users/me")).status).toBe(200);
  });

  test("for a token in the query instead of the header", async () => {
    for (const name of ["token", "access_token", "authorization", "jwt"]) {
      const answer = await anonymous(app).get(`/v1/users/me?${name}=${person.accessToken}`);
      expectRefusal(answer, 401, "UNAUTHORIZED");
    }
  });

  test("the scheme's case does not matter", async () => {
    const answer = await callerWith(app, { authorization: `bearer ${person.accessToken}` }).get(
      "/v1/users/me",
    );
    expect(answer.status).toBe(200);
  });
});

describe("a forged token is 401", () => {
  test.each(["none", "None", "NONE", ""])("with alg %j and no signature, or the old one", async (alg) => {
    const forged = `${encode({ ...header, alg })}.${claimsPart}`;
    await expectUnauthorized(`${forged}.`);
    await expectUnauthorized(`${forged}.${signaturePart}`);
  });

  test("with the public key as the secret of HS256", async () => {
    const [key] = (await readKeys()).keys;
    const forged = `${encode({ ...header, alg: "HS256" })}.${claimsPart}`;
    const secrets = [String(key?.x), Buffer.from(String(key?.x), "base64url"), JSON.stringify(key)];
    for (const secret of secrets) {
      await expectUnauthorized(
        `${forged}.${createHmac("sha256", secret).update(forged).digest("base64url")}`,
      );
    }
  });

  test("with a key of the forger's own, however the header recommends it", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const recommendations = [
      {},
      { jwk: publicKey.export({ format: "jwk" }) },
      { jku: `${app.url}/.well-known/jwks.json` },
      { x5u: `${app.url}/x`, x5c: ["MIIB"] },
      { kid: "../../../../dev/null" },
      { kid: "" },
      { kid: "' or 1=1 --" },
      { kid: "__proto__" },
      { kid: undefined },
      { crit: ["exp"] },
    ];
    for (const recommendation of recommendations) {
      await expectUnauthorized(signed({ ...header, ...recommendation }, claims, privateKey));
    }
  });

  test("with a key of another kind, whatever algorithm it names", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    for (const alg of ["ES256", "EdDSA", "RS256"]) {
      await expectUnauthorized(signed({ ...header, alg }, claims, privateKey));
    }
  });

  test("with other claims under the old signature", async () => {
    const other = await register(app);
    for (const change of [{ sub: other.id }, { role: "admin", sub: other.id }, { exp: 9_999_999_999 }]) {
      await expectUnauthorized(`${headerPart}.${encode({ ...claims, ...change })}.${signaturePart}`);
    }
  });

  test("with the server's own key, but one claim or header wrong", async () => {
    const key = createPrivateKey({ key: await readSigningKey(app), format: "jwk" });
    const soon = Math.floor(Date.now() / second) + 600;
    const right = { ...claims, exp: soon };
    expect((await withToken(app, signed(header, right, key)).get("/v1/users/me")).status).toBe(200);
    const wrongClaims = [
      { aud: "elsewhere" },
      { iss: "elsewhere" },
      { sid: Bun.randomUUIDv7() },
      { nbf: soon },
      ...["aud", "iss", "sid", "sub", "exp"].map((name) => ({ [name]: undefined })),
    ];
    for (const change of wrongClaims) await expectUnauthorized(signed(header, { ...right, ...change }, key));
    for (const change of [{ kid: "another" }, { typ: "refresh+jwt" }, { crit: ["exp"] }]) {
      await expectUnauthorized(signed({ ...header, ...change }, right, key));
    }
    await expectUnauthorized(signed(header, { ...claims, exp: soon - 1_200 }, key), "TOKEN_EXPIRED");
  });

  test("when another server signed it, with its own key", async () => {
    const elsewhere = await startApp();
    try {
      const stranger = await register(elsewhere);
      await expectUnauthorized(stranger.accessToken);
    } finally {
      await elsewhere.stop();
    }
  });
});

describe("a socket ticket", () => {
  test("is answered with its end, thirty seconds away", async () => {
    const answer = await person.post<{ ticket: string; expires_at: string }>("/v1/auth/ws-ticket");
    expect([200, 201]).toContain(answer.status);
    const left = Date.parse(answer.data.expires_at) - Date.now();
    expect(left).toBeGreaterThan(25 * second);
    expect(left).toBeLessThanOrEqual(30 * second);
  });

  test("opens one socket, for the session that asked", async () => {
    const ticket = await takeTicket(person);
    const socket = await TestSocket.connect(app, person, { query: { ticket }, auth: "none" });
    expect(socket.hello).toMatchObject({ session_id: person.sessionId, user_id: person.id });
    expect((await rawUpgrade(app, { query: { ticket } })).status).toBe(401);
    await socket.close();
  });

  test("of ten who use it at once lets one in", async () => {
    const ticket = await takeTicket(person);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => rawUpgrade(app, { query: { ticket } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([
      101,
      ...Array.from({ length: 9 }, () => 401),
    ]);
  });

  test("is dead after thirty seconds", async () => {
    const ticket = await takeTicket(person);
    await inFuture(31 * second, async () => {
      expect((await rawUpgrade(app, { query: { ticket } })).status).toBe(401);
    });
  });

  test("dies with its session", async () => {
    const other = await loginAgain(app, person);
    const ticket = await takeTicket(other);
    await other.post("/v1/auth/logout");
    expect((await rawUpgrade(app, { query: { ticket } })).status).toBe(401);
  });

  test("needs a token to be had", async () => {
    expectRefusal(await anonymous(app).post("/v1/auth/ws-ticket"), 401, "UNAUTHORIZED");
  });
});
