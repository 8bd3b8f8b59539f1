import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { anonymous, withToken } from "../kit/person.ts";

const app = await startApp();
afterAll(() => app.stop());
const visitor = anonymous(app);

interface Item {
  name: string;
  request: {
    method: string;
    auth?: { type: string };
    header: { key: string; value: string }[];
    url: {
      raw: string;
      path: string[];
      query?: { key: string; value: string; disabled: boolean }[];
      variable?: { key: string; value: string }[];
    };
    body?: { mode: string; raw: string };
  };
  response: { code: number; body: string }[];
  event?: { listen: string; script: { exec: string[] } }[];
}
interface Collection {
  info: { schema: string };
  auth: { type: string; bearer: { key: string; value: string }[] };
  variable: { key: string; value: string }[];
  item: { name: string; item: Item[] }[];
}

const answer = await visitor.get("/postman.json");
const collection = answer.body as unknown as Collection;
const items = collection.item.flatMap(({ item }) => item);

describe("/postman.json", () => {
  test("is a Postman collection of format 2.1 for this server, to be read without a token", () => {
    expect(answer.status).toBe(200);
    expect(collection.info.schema).toContain("v2.1.0");
    expect(collection.variable).toEqual([
      { key: "url", value: app.url },
      { key: "token", value: "" },
    ]);
    expect(collection.auth).toMatchObject({ type: "bearer", bearer: [{ key: "token", value: "{{token}}" }] });
  });

  test("has a request for every operation of the OpenAPI document, in a folder of its group", async () => {
    const { paths } = (await visitor.get("/openapi.json")).body as {
      paths: Record<string, Record<string, { responses: object }>>;
    };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => !("101" in (methods[method]?.responses ?? {})))
        .map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    expect(items.map(({ request }) => `${request.method} /${request.url.path.join("/")}`).sort()).toEqual(
      documented.sort(),
    );
    expect(collection.item.map(({ name }) => name)).toContain("Messages");
  });

  test("fills in every variable of a path and every parameter that is needed", () => {
    for (const { request } of items) {
      const names = request.url.path
        .filter((segment) => segment.startsWith(":"))
        .map((segment) => segment.slice(1));
      const filled = request.url.variable ?? [];
      expect(filled.map(({ key }) => key).sort()).toEqual(names.sort());
      expect(filled.filter(({ value }) => value === "")).toEqual([]);
      const needed = (request.url.query ?? []).filter(({ disabled }) => !disabled);
      for (const { key, value } of needed)
        expect(request.url.raw).toContain(`${key}=${encodeURIComponent(value)}`);
    }
  });

  test("shows the answer of each success", () => {
    for (const { name, response } of items) {
      expect({ name, answers: response.length > 0 }).toEqual({ name, answers: true });
      for (const { body } of response) if (body !== "") expect(JSON.parse(body)).toBeObject();
    }
  });

  test("works as it stands: registering keeps the token that the next requests carry", async () => {
    const find = (wanted: string) => items.find(({ request }) => request.url.raw.endsWith(wanted)) as Item;
    const { request, event } = find("/v1/auth/register");
    expect(request.auth).toEqual({ type: "noauth" });
    const registered = await visitor.request<{ access_token: string }>(request.method, "/v1/auth/register", {
      raw: request.body?.raw ?? "",
      headers: Object.fromEntries(request.header.map(({ key, value }) => [key, value])),
    });
    expect(registered.status).toBe(201);

    const kept = new Map<string, string>();
    const script = new Function("pm", event?.[0]?.script.exec.join("\n") ?? "");
    script({
      response: { json: () => registered.body },
      collectionVariables: { set: (key: string, value: string) => kept.set(key, value) },
    });
    const profile = await withToken(app, kept.get("token") ?? "").get("/v1/auth/profile");
    expect(profile.status).toBe(200);
    expect(find("/v1/auth/profile").request.auth).toBeUndefined();
  });
});
