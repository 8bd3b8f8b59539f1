import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Client } from "pg";
import { startApp } from "../kit/app.ts";
import { inFuture, minute } from "../kit/clock.ts";
import { expectRefusal, isoTime } from "../kit/expectations.ts";
import { makeOrganization } from "../kit/organization.ts";
import { anonymous, buildGroup, goodPassword, loginAgain, type Person, register } from "../kit/person.ts";
import { runCommand, startServer, type TestServer } from "../kit/server.ts";
import { codeOf } from "../kit/totp.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);

interface Row {
  id: string;
  action: string;
  actor_id: string | null;
  target_id: string;
  request_id: string | null;
  ip: string | null;
  details: string[];
  prev_hash: string;
  hash: string;
}

const list = async (query = "", person: Person = admin) =>
  (
    await person.get<{ audit_logs: Row[]; next_cursor: string | null }>(
      `/v1/admin/audit-logs?trail=changes${query}`,
    )
  ).data;

/** The token of the newest mail of its kind to an address, which administrators see where no relay is set. */
async function mailedToken(email: string, kind = "email_verification"): Promise<string> {
  interface Mail {
    to: string;
    kind: string;
    text: string | null;
  }
  for (let turn = 0; turn < 400; turn++) {
    const { mails } = (await admin.get<{ mails: Mail[] }>("/v1/admin/mails?limit=100")).data;
    const text = mails.find((mail) => mail.to === email && mail.kind === kind)?.text;
    const token = /#token=([A-Za-z0-9_-]{43})$/m.exec(text ?? "")?.[1];
    if (token !== undefined) return token;
    await Bun.sleep(25);
  }
  throw new Error(`no mail «${kind}» to ${email}`);
}

describe("the trail of changes", () => {
  test("says who did what to whom, in which request and from where, and never a value", async () => {
    const person = await register(app);
    const answer = await admin.post(
      `/v1/admin/users/${person.id}/ban`,
      { reason: "A secret reason" },
      { "x-request-id": "the-request" },
    );
    expect(answer.status).toBe(200);
    const { audit_logs } = await list(`&actor=${admin.id}&action=user.banned`);
    expect(audit_logs[0]).toMatchObject({
      action: "user.banned",
      actor_id: admin.id,
      target_type: "user",
      target_id: person.id,
      request_id: "the-request",
      ip: "127.0.0.1",
      outcome: "success",
      details: ["reason"],
      created_at: expect.stringMatching(isoTime),
    });
    expect(JSON.stringify(audit_logs)).not.toContain("secret");
  });

  test("has every sensitive operation", async () => {
    await admin.post("/v1/organizations", { name: "One more" });
    const { person, id } = await makeOrganization(app);
    const other = await register(app);
    const { data } = await person.post<{ token: string; id: string }>(`/v1/organizations/${id}/invitations`);
    await other.post(`/v1/invitations/${data.token}/accept`);
    await person.patch(`/v1/organizations/${id}`, { name: "Renamed" });
    await person.patch(`/v1/organizations/${id}/members/${other.id}`, { role: "Manager" });
    const group = await buildGroup(person, [other]);
    await person.put(`/v1/conversations/${group.id}/settings`, { is_e2ee_enabled: true });
    await person.patch(`/v1/conversations/${group.id}/participants/${other.id}`, { role: "moderator" });
    await person.delete(`/v1/conversations/${group.id}/participants/${other.id}`);
    const password = { current_password: goodPassword, new_password: "Other-Horse-8" };
    await person.post("/v1/users/me/password", password);
    await loginAgain(app, { ...person, password: "Other-Horse-8" });
    await person.delete("/v1/sessions");
    await person.delete(`/v1/organizations/${id}/members/${other.id}`);
    const seen = new Set(
      (await list(`&limit=100&actor=${person.id}`)).audit_logs.map(({ action }) => action),
    );
    for (const action of [
      "invitation.made",
      "organization.changed",
      "member.role_changed",
      "conversation.settings_changed",
      "participant.role_changed",
      "participant.removed",
      "password.changed",
      "session.ended",
      "member.removed",
    ])
      expect(seen).toContain(action);
    expect((await list(`&actor=${other.id}&action=invitation.accepted`)).audit_logs).toHaveLength(1);
    expect((await list(`&actor=${admin.id}&action=organization.made`)).audit_logs).toHaveLength(1);
  });

  test("has what happens to an account by mail, by its keys and its second factor, and its end", async () => {
    const ann = await register(app);
    const body = { name: "Reader", scopes: ["read"] };
    const { data: key } = await ann.post<{ id: string; key: string }>("/v1/api-keys", body);
    await ann.delete(`/v1/api-keys/${key.id}`);
    const { secret } = (await ann.post<{ secret: string }>("/v1/auth/2fa/setup")).data;
    const codes = await ann.post<{ recovery_codes: string[] }>("/v1/auth/2fa/verify", {
      code: codeOf(secret),
    });
    const [recovery = ""] = codes.data.recovery_codes;
    const renewing = { password: ann.password, recovery_code: recovery };
    const renewed = await ann.post<{ recovery_codes: string[] }>("/v1/auth/2fa/recovery-codes", renewing);
    const [fresh = ""] = renewed.data.recovery_codes;
    const disabling = { password: ann.password, recovery_code: fresh };
    expect((await ann.post("/v1/auth/2fa/disable", disabling)).status).toBe(200);
    const email = `new-${ann.email}`;
    await ann.post("/v1/users/me/email", { email, password: ann.password });
    await anonymous(app).post("/v1/auth/email/verify", { token: await mailedToken(email) });
    await anonymous(app).post("/v1/auth/password/forgot", { email });
    const token = await mailedToken(email, "password_reset");
    const password = "Reset-Horse-9";
    expect((await anonymous(app).post("/v1/auth/password/reset", { token, password })).status).toBe(200);
    const back = await loginAgain(app, { email, password });
    expect((await back.delete("/v1/users/me", { password })).status).toBe(200);
    const rows = (await list("&limit=100")).audit_logs;
    const ofAnn = rows.filter((row) => row.target_id === ann.id || row.actor_id === ann.id).toReversed();
    const told = ofAnn.map(
      ({ action, actor_id }) => `${action} ${actor_id === ann.id ? "by her" : "by mail"}`,
    );
    expect(told.filter((line) => !line.startsWith("session."))).toEqual([
      "api_key.made by her",
      "api_key.revoked by her",
      "two_factor.enabled by her",
      "two_factor.recovery_codes_replaced by her",
      "two_factor.disabled by her",
      "email.change_asked by her",
      "email.changed by mail",
      "password.reset by mail",
      "account.deleted by her",
    ]);
    for (const row of ofAnn) expect(row.ip).not.toBeNull();
    const text = JSON.stringify(ofAnn);
    for (const value of [email, ann.email, secret, recovery, fresh, key.key, token, password])
      expect(text).not.toContain(value);
  });

  test("has nothing of what was refused or rolled back", async () => {
    const { person, id } = await makeOrganization(app);
    const before = (await list("&limit=1")).audit_logs[0]?.id;
    expectRefusal(await person.patch(`/v1/organizations/${id}`, { slug: "default" }), 409, "CONFLICT");
    expectRefusal(
      await person.patch(`/v1/organizations/${id}/members/${person.id}`, { role: "Viewer" }),
      409,
      "CONFLICT",
    );
    expect((await list("&limit=1")).audit_logs[0]?.id).toBe(before ?? "");
  });

  test("comes latest first, in pages that hold each row once, chosen by time", async () => {
    const { person, id } = await makeOrganization(app);
    for (let n = 0; n < 5; n++) await person.patch(`/v1/organizations/${id}`, { name: `Name ${n}` });
    const whole = (await list(`&limit=100&actor=${person.id}`)).audit_logs;
    const seen: Row[] = [];
    let cursor: string | null = null;
    do {
      const next: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page = await list(`&limit=2&actor=${person.id}${next}`);
      seen.push(...page.audit_logs);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(whole);
    const later = new Date(Date.now() + minute).toISOString();
    expect((await list(`&from=${later}`)).audit_logs).toEqual([]);
    expect((await list(`&to=${later}&actor=${person.id}&limit=100`)).audit_logs).toEqual(whole);
    await inFuture(2 * minute, async () => {
      await person.patch(`/v1/organizations/${id}`, { name: "Later" });
      const fresh = await loginAgain(app, admin);
      expect((await list(`&from=${later}&actor=${person.id}`, fresh)).audit_logs).toHaveLength(1);
    });
  });

  test("is one chain, also when many write to it at once", async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => makeOrganization(app)));
    await Promise.all(
      people.flatMap(({ person, id }) =>
        Array.from({ length: 5 }, (_, n) => person.patch(`/v1/organizations/${id}`, { name: `N${n}` })),
      ),
    );
    const rows = (await list("&limit=100")).audit_logs;
    for (const [index, row] of rows.slice(0, -1).entries())
      expect(row.prev_hash).toBe(rows[index + 1]?.hash ?? "");
  });
});

describe("audit verify (LG-3)", () => {
  const tamperings: [string, string, string][] = [
    ["a changed row", "update audit_changes set actor_id = 'nobody' where position = 3", "row 3"],
    ["a changed value inside", "update audit_changes set details = '[\"x\"]' where position = 2", "row 2"],
    ["a missing row", "delete from audit_changes where position = 4", "row 4"],
    [
      "two rows that changed places",
      "update audit_changes set position = case position when 2 then -3 when 3 then -2 end where position in (2, 3); " +
        "update audit_changes set position = -position where position < 0",
      "row 2",
    ],
    ["rows cut off at the end", "delete from audit_changes where position > 4", "row 5"],
  ];

  let server: TestServer;
  let environment: Record<string, string>;
  const verify = (...options: string[]) => runCommand(["audit", "verify", ...options], environment);

  beforeAll(async () => {
    server = await startServer();
    const root = await register(server);
    for (let n = 0; n < 6; n++) await root.post("/v1/organizations", { name: `Organization ${n}` });
    await server.kill();
    const { dataDir, databaseUrl } = server;
    environment = {
      PARLEY_DATA_DIR: dataDir,
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    };
    await change(server, "create table untouched as select * from audit_changes");
  }, 30_000);
  afterEach(() =>
    change(server, "delete from audit_changes; insert into audit_changes select * from untouched"),
  );
  afterAll(() => server.stop());

  test("says of a whole trail how long it is and its head, which is compared with one that was noted", async () => {
    const whole = await verify();
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain("whole: 6 rows");
    const head = /head ([0-9a-f]{64})/.exec(whole.stdout)?.[1] ?? "";
    expect((await verify("--head", head)).code).toBe(0);
    expect((await verify("--head", "0".repeat(64))).code).not.toBe(0);
  });

  test("reads beside a server that writes, and never takes rows that come meanwhile for missing ones", async () => {
    const running = await startServer();
    try {
      const root = await register(running);
      const organization = (await root.post("/v1/organizations", { name: "Busy" })).data.id;
      const beside = {
        PARLEY_DATA_DIR: running.dataDir,
        ...(running.databaseUrl === null ? {} : { DATABASE_URL: running.databaseUrl }),
      };
      let isDone = false;
      let renamed = 0;
      const writing = (async () => {
        for (; !isDone; renamed++) {
          const { status } = await root.patch(`/v1/organizations/${organization}`, { name: `N${renamed}` });
          expect(status).toBe(200);
        }
      })();
      for (let round = 0; round < 3; round++) {
        const before = renamed;
        const { code, stdout, stderr } = await runCommand(["audit", "verify"], beside);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const rows = Number(/whole: (\d+) rows/.exec(stdout)?.[1]);
        expect(rows).toBeGreaterThanOrEqual(before);
      }
      isDone = true;
      await writing;
    } finally {
      await running.stop();
    }
  }, 60_000);

  test("of a folder without a database says so, and makes none", async () => {
    const { code, stderr } = await runCommand(["audit", "verify"], {
      PARLEY_DATA_DIR: join(server.dataDir, "empty"),
    });
    expect(code).toBe(1);
    expect(stderr).toContain("There is no database in");
    expect(await Bun.file(join(server.dataDir, "empty")).exists()).toBe(false);
  });

  test.each(tamperings)("names the first bad row after %s", async (_, statements, named) => {
    await change(server, statements);
    const broken = await verify();
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toContain(named);
  });
});

/** Writes to the database of a stopped server. */
async function change(server: TestServer, statements: string): Promise<void> {
  if (server.databaseUrl === null) {
    const database = new Database(join(server.dataDir, "parley.sqlite"));
    for (const statement of statements.split(";")) database.run(statement);
    database.close();
    return;
  }
  const client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  for (const statement of statements.split(";")) await client.query(statement);
  await client.end();
}
