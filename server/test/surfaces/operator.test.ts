import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { anonymous, buildRegistration, loginAgain, register, withToken } from "../kit/person.ts";
import type { JsonObject, SignedIn } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

const app = await startApp();
afterAll(() => app.stop());
const person = await register(app);
const visitor = anonymous(app);

describe("health and readiness", () => {
  test.each(["/health", "/ready", "/v1/health", "/v1/ready", "/api/v1/health", "/api/v1/ready"])(
    "%s answers 200 to anybody",
    async (path) => {
      const answer = await visitor.get(path);
      expect(answer.status).toBe(200);
      expect(answer.body?.success).toBe(true);
    },
  );

  test("tell nothing of the machine: no path, no address of the database, no version of an engine", async () => {
    for (const path of ["/health", "/ready"]) {
      const { text } = await visitor.get(path);
      expect(text).not.toContain(app.dataDir);
      expect(text).not.toMatch(/postgres:|sqlite|bun\/|node_modules/i);
    }
  });

  test("are for GET: another method is 405", async () => {
    const answer = await visitor.post("/health", {});
    expectRefusal(answer, 405, "METHOD_NOT_ALLOWED");
    expect(answer.headers.get("allow")).toContain("GET");
  });
});

describe("the two base paths of the core", () => {
  test("are the same routes: a token from one works on the other", async () => {
    const registered = await visitor.post<SignedIn>("/api/v1/auth/register", buildRegistration());
    expect(registered.status).toBe(201);
    const caller = withToken(app, registered.data.access_token);
    const [short, long] = [await caller.get("/v1/users/me"), await caller.get("/api/v1/users/me")];
    expect(short.data).toEqual(long.data);
    expect(short.data.id).toBe(registered.data.user.id);
  });

  test("share sessions, conversations and messages", async () => {
    const other = await register(app);
    const created = await person.post("/api/v1/conversations", {
      type: "direct",
      participant_ids: [other.id],
    });
    expect(created.status).toBe(201);
    expect((await other.get(`/v1/conversations/${created.data.id}`)).data.id).toBe(created.data.id);
    const second = await loginAgain(app, person);
    expect((await person.delete(`/api/v1/sessions/${second.sessionId}`)).status).toBe(200);
    expect((await second.get("/v1/users/me")).status).toBe(401);
  });

  test("refuse alike", async () => {
    for (const base of ["/v1", "/api/v1"]) {
      expectRefusal(await visitor.get(`${base}/nothing-here`), 404, "NOT_FOUND");
      expectRefusal(await visitor.get(`${base}/users/me`), 401, "UNAUTHORIZED");
      expectRefusal(await visitor.request("PUT", `${base}/auth/login`), 405, "METHOD_NOT_ALLOWED");
      expectRefusal(await visitor.post(`${base}/auth/login`, {}), 400, "VALIDATION_ERROR");
    }
  });

  test("open the same socket, under /v1/ws/chat and /api/v1/ws", async () => {
    for (const path of ["/v1/ws/chat", "/api/v1/ws"]) {
      const socket = await TestSocket.connect(app, person, { path });
      expect(socket.hello.user_id).toBe(person.id);
      await socket.close();
    }
  });
});

interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  servers?: { url: string }[];
  paths: Record<string, Record<string, JsonObject>>;
  components?: JsonObject;
}

describe("/openapi.json", () => {
  const read = async () => {
    const answer = await visitor.get("/openapi.json");
    expect(answer.status).toBe(200);
    return answer.body as unknown as OpenApi;
  };

  test("is an OpenAPI 3.1 document, to be read without a token", async () => {
    const document = await read();
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info.title).toMatch(/\S/);
    expect(document.info.version).toMatch(/\S/);
  });

  test("has every route of identity, conversations and messages, on the path it is served at", async () => {
    const document = await read();
    const documented = new Set(
      operationsOf(document).map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`),
    );
    expect(routes.filter((route) => !documented.has(route))).toEqual([]);
  });

  test("documents no route that is not served", async () => {
    for (const { method, path } of operationsOf(await read())) {
      const answer = await visitor.request(method, path.replaceAll(/\{\w+\}/g, Bun.randomUUIDv7()));
      expect({ method, path, code: answer.error?.code }).not.toMatchObject({ code: "METHOD_NOT_ALLOWED" });
      expect({ method, path, code: answer.error?.code }).not.toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("gives each operation a summary, an id of its own and its answers, of success and of refusal", async () => {
    const operations = operationsOf(await read());
    expect(operations.flatMap(faultsOf)).toEqual([]);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  });

  test("names every path parameter, and refers to nothing that is not in it", async () => {
    const document = await read();
    for (const reference of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      expect(lookUp(document, reference[1] ?? "")).toBeDefined();
    }
    for (const { path, operation } of operationsOf(document)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])).sort();
      const parameters = (operation.parameters ?? []) as { in: string; name: string; required?: boolean }[];
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map((parameter) => parameter.name).sort()).toEqual(names);
      expect(inPath.every((parameter) => parameter.required === true)).toBe(true);
    }
  });

  test("says of registering what the server demands", async () => {
    const document = await read();
    const operation = document.paths["/v1/auth/register"]?.post as {
      requestBody?: { content: Record<string, { schema: JsonObject }> };
      responses: Record<string, unknown>;
    };
    const schema = resolve(document, operation.requestBody?.content["application/json"]?.schema ?? {});
    expect(schema.required).toEqual(
      expect.arrayContaining(["email", "username", "password", "display_name"]),
    );
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["201", "400", "409"]));
  });
});

const routes = [
  "POST /v1/auth/register",
  "POST /v1/auth/login",
  "POST /v1/auth/refresh",
  "POST /v1/auth/logout",
  "POST /v1/auth/ws-ticket",
  "GET /v1/auth/profile",
  "GET /v1/users",
  "GET /v1/users/{}",
  "GET /v1/users/me",
  "PATCH /v1/users/me",
  "GET /v1/users/profile",
  "PUT /v1/users/profile",
  "POST /v1/users/me/password",
  "GET /v1/presence",
  "POST /v1/presence",
  "GET /v1/sessions",
  "GET /v1/sessions/current",
  "DELETE /v1/sessions",
  "DELETE /v1/sessions/{}",
  "POST /v1/sessions/cleanup",
  "POST /v1/conversations",
  "GET /v1/conversations",
  "GET /v1/conversations/{}",
  "PATCH /v1/conversations/{}",
  "DELETE /v1/conversations/{}",
  "PUT /v1/conversations/{}/settings",
  "POST /v1/conversations/{}/archive",
  "POST /v1/conversations/{}/mute",
  "DELETE /v1/conversations/{}/mute",
  "POST /v1/conversations/{}/leave",
  "POST /v1/conversations/{}/mark-read",
  "GET /v1/conversations/{}/participants",
  "POST /v1/conversations/{}/participants",
  "PATCH /v1/conversations/{}/participants/{}",
  "DELETE /v1/conversations/{}/participants/{}",
  "GET /v1/rooms",
  "POST /v1/rooms/{}/members",
  "POST /v1/messages",
  "GET /v1/messages",
  "GET /v1/messages/{}",
  "PATCH /v1/messages/{}",
  "DELETE /v1/messages/{}",
  "GET /v1/messages/{}/receipts",
  "GET /health",
  "GET /ready",
];

interface Operation {
  method: string;
  path: string;
  operation: JsonObject;
}

function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function faultsOf({ method, path, operation }: Operation): string[] {
  const statuses = Object.keys((operation.responses ?? {}) as JsonObject);
  const isProbe = /\/(health|ready)$/.test(path);
  const faults = [
    /\S/.test(String(operation.summary ?? "")) ? null : "no summary",
    statuses.some((status) => /^[12]/.test(status)) ? null : "no success",
    isProbe || !path.startsWith("/v1/") || statuses.some((status) => /^(4|default)/.test(status))
      ? null
      : "no refusal",
  ];
  return faults.filter((fault) => fault !== null).map((fault) => `${method} ${path}: ${fault}`);
}

function lookUp(document: OpenApi, pointer: string): unknown {
  const names = pointer.split("/").map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce<unknown>((node, name) => (node as JsonObject | undefined)?.[name], document);
}

function resolve(document: OpenApi, schema: JsonObject): JsonObject {
  if (typeof schema.$ref !== "string") return schema;
  return lookUp(document, schema.$ref.slice(2)) as JsonObject;
}
