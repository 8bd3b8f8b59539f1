import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { openDatabase } from "../../src/app/open-database.ts";
import { RequestsTrail } from "../../src/features/audit/index.ts";
import { readConfig } from "../../src/platform/config.ts";
import type { Database, Queries } from "../../src/platform/db/database.ts";
import { migrateToLatest } from "../../src/platform/db/migrator.ts";
import { prepared } from "../../src/platform/db/prepared.ts";
import { across, UnboundQuery } from "../../src/platform/db/tenant-fence.ts";
import { ClientAddresses } from "../../src/platform/http/client-address.ts";
import { RateGate } from "../../src/platform/http/rate-gate.ts";
import { route } from "../../src/platform/http/route.ts";
import { createHttpApp, mountRoutes } from "../../src/platform/http/server.ts";
import { newId } from "../../src/platform/ids.ts";
import type { Log } from "../../src/platform/log.ts";
import { unlimited } from "../../src/platform/rate-limits/rate-limits.ts";
import { testEnvironment } from "../kit/app.ts";
import { createTestDatabase, type TestDatabase } from "../kit/database.ts";

let dataDir: string;
let stored: TestDatabase;
let database: Database;
let query: Queries;

const id = "01890000-0000-7000-8000-000000000001";
const organizationId = "01890000-0000-7000-8000-000000000002";

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "parley-fence-"));
  stored = await createTestDatabase();
  database = await openDatabase(readConfig({ ...testEnvironment(dataDir), ...stored.env }));
  await migrateToLatest(database.query);
  query = database.query;
});

afterAll(async () => {
  await database.close();
  await stored.drop();
  await rm(dataDir, { recursive: true, force: true });
});

describe("a query over what belongs to organizations is stopped before it runs when it", () => {
  const planted: [string, (q: Queries) => { compile(): unknown }][] = [
    ["names an id alone", (q) => q.selectFrom("conversations").selectAll().where("id", "=", id)],
    ["names nothing", (q) => q.selectFrom("users").select("id")],
    [
      "names the organization as one of two choices",
      (q) =>
        q
          .selectFrom("files")
          .selectAll()
          .where(({ or, eb }) => or([eb("organization_id", "=", organizationId), eb("id", "=", id)])),
    ],
    [
      "names every organization but one",
      (q) => q.selectFrom("files").selectAll().where("organization_id", "!=", organizationId),
    ],
    [
      "changes by an id alone",
      (q) => q.updateTable("messages").set({ content: "x" }).where("message_id", "=", id),
    ],
    ["deletes by an id alone", (q) => q.deleteFrom("workspace_sessions").where("id", "=", id)],
    [
      "joins such a table to one that is free",
      (q) =>
        q
          .selectFrom("organizations as o")
          .innerJoin("users as u", (join) => join.on("u.role", "=", "admin"))
          .selectAll("u"),
    ],
    [
      "asks it in a part of another query",
      (q) =>
        q
          .selectFrom("organizations")
          .select((eb) => eb.selectFrom("users").select("id").where("username", "=", "ann").limit(1).as("x")),
    ],
    [
      "adds a row of nobody's",
      (q) => q.insertInto("blocks").values({ blocker_id: id, blocked_id: id, created_at: 0 } as never),
    ],
  ];
  for (const [what, build] of planted)
    test(what, () => {
      expect(() => build(query).compile()).toThrow(UnboundQuery);
      expect(() => build(across(query, "upkeep")).compile()).not.toThrow();
    });

  test("is written as text", async () => {
    await expect(sql`select * from messages where message_id = ${id}`.execute(query)).rejects.toThrow(
      UnboundQuery,
    );
    await sql`select * from messages where conversation_id = ${id}`.execute(query);
  });

  test("is prepared: once, when its text is made, in transactions too", async () => {
    let built = 0;
    const find = prepared((q, given: { id: string }) => {
      built++;
      return q.selectFrom("files").selectAll().where("id", "=", given.id);
    });
    await expect(database.transaction((tx) => find(tx.query, { id }))).rejects.toThrow(UnboundQuery);
    const findOwn = prepared((q, given: { organizationId: string; id: string }) => {
      built++;
      return q
        .selectFrom("files")
        .selectAll()
        .where("id", "=", given.id)
        .where("organization_id", "=", given.organizationId);
    });
    for (let turn = 0; turn < 3; turn++) expect(await findOwn(query, { organizationId, id })).toEqual([]);
    expect(built).toBe(2);
  });
});

test("a route with such a query answers 500 without a word of it; it is logged, and audited", async () => {
  const lines: string[] = [];
  const ignore = () => undefined;
  const log: Log = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (event, fields) => void lines.push(`${event} ${fields?.error}`),
    flush: async () => undefined,
  };
  const trail = new RequestsTrail(database, log);
  const app = createHttpApp({
    onAnswered: (answered) => trail.note(answered),
    log,
    newRequestId: newId,
    https: false,
    corsOrigins: [],
    addresses: new ClientAddresses([]),
    hasSessionCookie: () => false,
    isStopping: () => false,
  });
  const actor = {
    userId: id,
    organizationId,
    sessionId: id,
    role: "user",
    organizationRole: "Admin",
  } as const;
  const planted = route(
    { method: "GET", path: "/planted", id: "planted", tag: "Planted", summary: "Planted", success: [] },
    () => database.query.selectFrom("files").selectAll().where("id", "=", id).execute(),
  );
  const gate = { authenticate: async () => actor, admit: () => undefined };
  const entrance = { gate, rateGate: new RateGate(unlimited), rates: { user: [], organization: [] } };
  mountRoutes(app, ["/v1"], [planted], entrance);
  const answer = await app.request("/v1/planted", { headers: { "x-request-id": "planted-1" } }, { ip: null });
  expect(answer.status).toBe(500);
  expect(await answer.json()).toMatchObject({ error: { code: "INTERNAL_ERROR" } });
  await trail.settle();
  const rows = await trail.list({ limit: 10 });
  expect(rows).toMatchObject([
    {
      event_type: "tenant_violation",
      endpoint: "/v1/planted",
      request_id: "planted-1",
      user_id: id,
      organization_id: organizationId,
    },
  ]);
  expect(lines.join("\n")).toContain("files is bound to no organization");
});
