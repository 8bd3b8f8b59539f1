import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous, buildDirect, callerWith, register, sendText, withToken } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";
import { requestHead, sendBytes } from "../kit/wire.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);
const person = await register(app);
const visitor = anonymous(app);

/** Samples of the text, by name with labels. */
async function read(): Promise<Map<string, number>> {
  const { text } = await visitor.get("/metrics");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("the numbers for monitoring", () => {
  test("are in Prometheus' text format: each family with its help and type, each sample a number", async () => {
    const { status, text, headers } = await visitor.get("/metrics");
    expect([status, headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    const families = [...text.matchAll(/^# HELP (\w+) .+\n# TYPE \1 (counter|gauge|histogram)$/gm)];
    expect(families.map(([, name]) => name)).toEqual([
      "parley_build_info",
      "parley_http_request_duration_seconds",
      "parley_messages_total",
      "parley_connections",
      "parley_users_online",
      "parley_database_writable",
      "parley_event_loop_lag_seconds",
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
      "process_heap_bytes",
      "process_open_fds",
      "process_start_time_seconds",
    ]);
    for (const [name, value] of await read()) expect([name, Number.isFinite(value)]).toEqual([name, true]);
  });

  test("count requests by route, and messages, connections and people as they come", async () => {
    const chat = await buildDirect(admin, person);
    const series =
      'parley_http_request_duration_seconds_count{method="GET",route="/v1/conversations/:id",status="200"}';
    const before = await read();
    await person.get(`/v1/conversations/${chat.id}`);
    await person.get(`/v1/conversations/${chat.id}`);
    await sendText(person, chat.id, "hello");
    const socket = await TestSocket.connect(app, person);
    const after = await read();
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown(series)).toBe(2);
    expect(after.get(series.replace("_count{", "_bucket{").replace("}", ',le="+Inf"}'))).toBe(
      after.get(series),
    );
    expect(["parley_messages_total", "parley_connections", "parley_users_online"].map(grown)).toEqual([
      1, 1, 1,
    ]);
    await socket.close();
  });

  test("hold nothing of a request but its route: no id, no unknown path, no made-up method, no token", async () => {
    await visitor.get("/no/such/path-canary");
    await visitor.get("/v1/users/canary?token=canary");
    await sendBytes(app, requestHead(app, "PROPFIND /v1/users"));
    await withToken(app, "canary").get("/v1/users/me");
    await person.get(`/v1/users/${admin.id}`);
    const { text } = await visitor.get("/metrics");
    expect(text).not.toMatch(/canary/i);
    expect(text).not.toContain(admin.id);
    expect(text).not.toContain(app.dataDir);
    expect(text).toContain('method="other"');
    expect(text).toContain('route="other"');
  });

  test("are for this machine alone, and not for whoever comes through a proxy on it", async () => {
    for (const header of ["x-forwarded-for", "forwarded", "x-real-ip", "via"]) {
      const proxied = callerWith(app, { [header]: "203.0.113.7" });
      expectRefusal(await proxied.get("/metrics"), 403, "FORBIDDEN");
    }
    expectRefusal(await visitor.post("/metrics", {}), 405, "METHOD_NOT_ALLOWED");
  });

  test("are for whoever brings the token, from anywhere, where there is one", async () => {
    const guarded = await startApp({ PARLEY_METRICS_TOKEN: "lighthouse-7" });
    try {
      const ask = (token: string | null) =>
        callerWith(guarded, {
          "x-forwarded-for": "203.0.113.7",
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        }).get("/metrics");
      for (const wrong of [null, "lighthouse-8", "lighthouse-77", (await register(guarded)).accessToken])
        expectRefusal(await ask(wrong), 401, "UNAUTHORIZED");
      const { status, text } = await ask("lighthouse-7");
      expect(status).toBe(200);
      expect(text).not.toContain("lighthouse");
    } finally {
      await guarded.stop();
    }
  });

  test("are there as JSON for administrators alone", async () => {
    interface Families {
      metrics: { name: string; type: string; samples: { name: string; value: number }[] }[];
    }
    const { status, data } = await admin.get<Families>("/v1/admin/metrics");
    expect(status).toBe(200);
    const messages = data.metrics.find(({ name }) => name === "parley_messages_total");
    expect(messages?.samples[0]?.value).toBeGreaterThan(0);
    expectRefusal(await person.get("/v1/admin/metrics"), 403, "FORBIDDEN");
  });
});
