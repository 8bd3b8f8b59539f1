import { isObject, type Json, type JsonObject } from "./json-schema.ts";

/**
 * A Postman collection (format 2.1) of an OpenAPI document: a folder a tag, a request an operation with the document's
 * own examples. `url` and `token` are variables; a request whose answer holds an `access_token` keeps it in `token`.
 */
export function postmanCollection(document: JsonObject): JsonObject {
  const { info, servers, tags, paths } = document;
  const about = new Map(objects(tags).map(({ name, description }) => [text(name), text(description)]));
  const folders = new Map<string, Json[]>([...about.keys()].map((name) => [name, []]));
  for (const [path, methods] of Object.entries(isObject(paths) ? paths : {})) {
    for (const [method, operation] of Object.entries(isObject(methods) ? methods : {})) {
      if (!isObject(operation) || isUpgrade(operation)) continue;
      const [tag] = Array.isArray(operation.tags) ? operation.tags : [];
      const folder = folders.get(text(tag)) ?? [];
      folders.set(text(tag), folder);
      folder.push(requestOf(method.toUpperCase(), path, operation));
    }
  }
  const { title, summary, version } = isObject(info) ? info : {};
  return {
    info: {
      name: text(title),
      description: text(summary),
      version: text(version),
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: { type: "bearer", bearer: [{ key: "token", value: "{{token}}", type: "string" }] },
    variable: [
      { key: "url", value: text(objects(servers)[0]?.url) },
      { key: "token", value: "" },
    ],
    item: [...folders]
      .filter(([, item]) => item.length > 0)
      .map(([name, item]) => ({ name, description: about.get(name) ?? "", item })),
  };
}

function requestOf(method: string, path: string, operation: JsonObject): JsonObject {
  const parameters = objects(operation.parameters);
  const body = exampleOf(operation.requestBody);
  const isOpen = Array.isArray(operation.security) && operation.security.length === 0;
  const request: JsonObject = {
    method,
    description: [operation.summary, operation.description]
      .filter((each) => typeof each === "string")
      .join("\n\n"),
    header: body === undefined ? [] : [{ key: "Content-Type", value: "application/json" }],
    url: addressOf(path, parameters),
    ...(isOpen ? { auth: { type: "noauth" } } : {}),
    ...(body === undefined ? fileBody(operation.requestBody) : jsonBody(body)),
  };
  const answers = Object.entries(isObject(operation.responses) ? operation.responses : {}).filter(
    ([status]) => /^2/.test(status),
  );
  const keepsToken = answers.some(([, answer]) =>
    pretty(exampleOf(answer) ?? null).includes('"access_token"'),
  );
  return {
    name: text(operation.summary),
    request,
    response: answers.map(([status, answer]) => ({
      name: isObject(answer) ? text(answer.description) : status,
      originalRequest: request,
      code: Number(status),
      header: [],
      body: shownAnswer(answer),
    })),
    ...(keepsToken ? { event: [keepToken] } : {}),
  };
}

function jsonBody(example: Json): JsonObject {
  return { body: { mode: "raw", raw: pretty(example), options: { raw: { language: "json" } } } };
}

/** A file that whoever sends the request chooses, alone or in a form. Empty: there is no body. */
function fileBody(part: Json | undefined): JsonObject {
  const content = isObject(part) && isObject(part.content) ? part.content : {};
  const [type] = Object.keys(content);
  if (type === undefined) return {};
  if (type !== "multipart/form-data") return { body: { mode: "file", file: {} } };
  return { body: { mode: "formdata", formdata: [{ key: "file", type: "file", src: [] }] } };
}

/** Empty for an answer that is no JSON. */
function shownAnswer(answer: Json): string {
  const example = exampleOf(answer);
  return example === undefined ? "" : pretty(example);
}

const keepToken: JsonObject = {
  listen: "test",
  script: {
    type: "text/javascript",
    exec: [
      "const { data } = pm.response.json();",
      'if (data?.access_token) pm.collectionVariables.set("token", data.access_token);',
    ],
  },
};

function addressOf(path: string, parameters: JsonObject[]): JsonObject {
  const segments = path
    .replaceAll(/\{(\w+)\}/g, ":$1")
    .split("/")
    .filter((each) => each !== "");
  const query = parameters
    .filter((each) => each.in === "query")
    .map((each) => ({
      key: text(each.name),
      value: text(each.example),
      description: text(each.description),
      disabled: each.required !== true,
    }));
  const variable = parameters
    .filter((each) => each.in === "path")
    .map((each) => ({ key: text(each.name), value: text(each.example) }));
  const shown = query
    .filter((each) => !each.disabled)
    .map(({ key, value }) => `${key}=${encodeURIComponent(value)}`);
  return {
    raw: `{{url}}/${segments.join("/")}${shown.length === 0 ? "" : `?${shown.join("&")}`}`,
    host: ["{{url}}"],
    path: segments,
    ...(query.length === 0 ? {} : { query }),
    ...(variable.length === 0 ? {} : { variable }),
  };
}

function isUpgrade({ responses }: JsonObject): boolean {
  return isObject(responses) && responses["101"] !== undefined;
}

/** Undefined: there is no JSON. */
function exampleOf(part: Json | undefined): Json | undefined {
  const content = isObject(part) ? part.content : undefined;
  const json = isObject(content) ? content["application/json"] : undefined;
  return isObject(json) ? json.example : undefined;
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: Json | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

function pretty(value: Json): string {
  return JSON.stringify(value, null, 2);
}
