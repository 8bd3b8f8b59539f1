import type { z } from "zod";
import { type ErrorCode, errorMeaning, errorStatus } from "../errors.ts";
import { type Cast, ExampleWriter } from "./examples.ts";
import { failureExamples, failureSchema } from "./failure-reference.ts";
import { isObject, type Json, type JsonObject, jsonSchemaOf } from "./json-schema.ts";
import { pathOf, type Route } from "./route.ts";

/** Routes with the base path that the document shows them under. */
export interface DescribedRoutes {
  base: string;
  routes: Route[];
}

interface DocumentOptions {
  version: string;
  publicUrl: string;
  /** What each tag of the routes is about. */
  tags: Record<string, string>;
  /** Path items that no route table describes (sockets, operator paths). */
  extraPaths: JsonObject;
  /** What fields look like in examples. */
  cast: Cast;
}

/** The OpenAPI document and what its examples lack. */
export interface Described {
  document: JsonObject;
  /** One line a field of which nothing says what it looks like, with what to do. */
  gaps: string[];
}

/** The OpenAPI 3.1 document of all surfaces' routes, made from the schemas that check their requests. */
export function describeRoutes(
  surfaces: readonly DescribedRoutes[],
  { version, publicUrl, tags, extraPaths, cast }: DocumentOptions,
): Described {
  const components: JsonObject = { Failure: failureSchema };
  const operations = surfaces.flatMap(({ base, routes }) =>
    routes.map((route) => new OperationWriter(base, route, components, cast)),
  );
  const paths: { [path: string]: JsonObject } = {};
  // Examples come last: by then every named schema is known.
  for (const operation of operations) operation.readSchemas();
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], ...operation.write() };
  const document = {
    openapi: "3.1.0",
    info: {
      title: "Parley",
      version,
      summary: "Every conversation a product needs, in one process.",
      description:
        "The routes of /v1 answer under /api/v1 too. Unknown body fields are ignored; lengths count code points.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths: { ...paths, ...extraPaths },
    components: {
      schemas: components,
      examples: failureExamples(),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: "parley",
          description:
            "A browser's session (`__Host-parley` under https). Requests that are not GET or HEAD carry `X-CSRF-Token` and come " +
            "from the server's own origin.",
        },
      },
    },
  };
  return { document, gaps: [...new Set(operations.flatMap(({ gaps }) => gaps))] };
}

/** A route's path as OpenAPI writes it. */
export function documentedPath(base: string, route: Route): string {
  return pathOf(base, route).replace(/:(\w+)/g, "{$1}");
}

/** One operation of the document. */
class OperationWriter {
  readonly path: string;
  readonly gaps: string[] = [];
  readonly #route: Route;
  readonly #components: JsonObject;
  readonly #examples: ExampleWriter;
  #body: JsonObject | null = null;
  #answers: (JsonObject | null)[] = [];

  constructor(base: string, route: Route, components: JsonObject, cast: Cast) {
    this.path = documentedPath(base, route);
    this.#route = route;
    this.#components = components;
    this.#examples = new ExampleWriter(components, cast);
  }

  readSchemas(): void {
    const { body, success } = this.#route.spec;
    if (body !== undefined) this.#body = jsonSchemaOf(body, "input", this.#components);
    this.#answers = success.map(({ schema }) =>
      schema === null ? null : jsonSchemaOf(schema, "output", this.#components),
    );
  }

  write(): JsonObject {
    const { spec } = this.#route;
    const parameters = [...this.#parameters(spec.params, "path"), ...this.#parameters(spec.query, "query")];
    return {
      [spec.method.toLowerCase()]: {
        operationId: spec.id,
        tags: [spec.tag],
        summary: spec.summary,
        ...(spec.description === undefined ? {} : { description: spec.description }),
        security: securityOf(this.#route),
        ...(parameters.length === 0 ? {} : { parameters }),
        ...this.#requestBody(),
        responses: { ...this.#successes(), ...failures(this.#route) },
      },
    };
  }

  #parameters(schema: z.ZodType | undefined, place: "path" | "query"): JsonObject[] {
    if (schema === undefined) return [];
    const { properties, required } = jsonSchemaOf(schema, "input", this.#components);
    const needed = Array.isArray(required) ? required : [];
    return Object.entries(isObject(properties) ? properties : {}).map(([name, value]) => {
      const { description, ...rest } = isObject(value) ? value : {};
      const required = place === "path" || needed.includes(name);
      const known = place === "path" ? this.#resourceOf(name) : name;
      const example = this.#example(rest, "request", known, required);
      return {
        name,
        in: place,
        required,
        schema: rest,
        ...(typeof description === "string" ? { description } : {}),
        ...(example === null ? {} : { example }),
      };
    });
  }

  /** `:id` after `/conversations/` is a conversation's. */
  #resourceOf(parameter: string): string {
    const before = new RegExp(`/([^/:]+)/:${parameter}(/|$)`).exec(this.#route.spec.path)?.[1];
    const noun = (parameter === "id" ? before : parameter) ?? parameter;
    return `${noun.replaceAll("-", "_").replace(/ies$/, "y").replace(/s$/, "")}_id`.replace(/Id_id$/, "_id");
  }

  #requestBody(): JsonObject {
    const { spec } = this.#route;
    if (spec.streamed !== undefined) return streamedBody(spec.streamed);
    if (this.#body === null) return {};
    const content = { schema: this.#body, example: this.#example(this.#body, "request", null, true) };
    return {
      requestBody: { required: spec.bodyOptional !== true, content: { "application/json": content } },
    };
  }

  #successes(): JsonObject {
    const { success, etag, answersBytes } = this.#route.spec;
    if (answersBytes === true) return bytesAnswers(success);
    const answers: JsonObject = Object.fromEntries(
      success.map(({ status, about, example }, index) => {
        const content = this.#success(this.#answers[index] ?? null, example);
        return [String(status), { description: about, content: { "application/json": content } }];
      }),
    );
    return etag === true ? { ...answers, "304": notModified } : answers;
  }

  /** @param data null: the answer is a bare message. */
  #success(data: JsonObject | null, over: unknown): JsonObject {
    const [field, schema]: [string, JsonObject] =
      data === null ? ["message", { type: "string" }] : ["data", data];
    const shown = this.#example(schema, "response", data === null ? "message" : null, true);
    return {
      schema: {
        type: "object",
        required: ["success", field],
        properties: { success: { const: true }, [field]: schema },
      },
      example: { success: true, [field]: merged(shown, over) },
    };
  }

  /** Null: an optional parameter that needs no example. */
  #example(schema: JsonObject, part: "request" | "response", name: string | null, needed: boolean): Json {
    const { spec } = this.#route;
    const { value, gaps } = this.#examples.write(schema, spec.id, part, name);
    if (gaps.length === 0) return value;
    if (!needed) return null;
    for (const gap of gaps)
      this.gaps.push(
        `${spec.method} ${this.path}: nothing says what «${gap}» looks like. Give the field ` +
          `.meta({ examples: ["…"] }), or its name a line in server/src/app/reference/cast.ts.`,
      );
    return value;
  }
}

function securityOf({ spec, signedIn }: Route): JsonObject[] {
  if (!signedIn) return [];
  return [{ bearer: [] }, { cookie: [] }, ...(spec.isSigned === true ? [{}] : [])];
}

const bytesSchema: JsonObject = { type: "string", format: "binary" };

function streamedBody({ mediaType, about, fields }: NonNullable<Route["spec"]["streamed"]>): JsonObject {
  const properties = fields === undefined ? null : jsonSchemaOf(fields, "input", {}).properties;
  const schema: JsonObject = isObject(properties)
    ? { type: "object", required: ["file"], properties: { file: bytesSchema, ...properties } }
    : bytesSchema;
  return { requestBody: { required: true, description: about, content: { [mediaType]: { schema } } } };
}

function bytesAnswers(success: Route["spec"]["success"]): JsonObject {
  const content: JsonObject = { "application/octet-stream": { schema: bytesSchema } };
  const answers = success.map(({ status, about }) => [String(status), { description: about, content }]);
  return {
    ...Object.fromEntries(answers),
    "206": { description: "The part that `Range` asked for", content },
  };
}

const notModified: JsonObject = { description: "What `If-None-Match` names is still what there is" };

/** Fields of `over` replace those of `value`, at any depth. */
function merged(value: Json, over: unknown): Json {
  if (over === undefined) return value;
  const given = over as Json;
  if (!isObject(value) || !isObject(given)) return given;
  const members = Object.entries(given).map(([name, member]) => [name, merged(value[name] ?? null, member)]);
  return { ...value, ...Object.fromEntries(members) };
}

/** Every code that the route may answer, by status. */
function failures({ spec, signedIn }: Route): JsonObject {
  const codes = new Set<ErrorCode>([
    ...(spec.errors ?? []),
    "RATE_LIMIT_EXCEEDED",
    "INTERNAL_ERROR",
    "UNAVAILABLE",
  ]);
  if (signedIn) codes.add("UNAUTHORIZED").add("TOKEN_EXPIRED");
  if (signedIn && spec.method !== "GET") codes.add("CSRF_FAILED");
  if (spec.params !== undefined || spec.query !== undefined || spec.body !== undefined)
    codes.add("VALIDATION_ERROR");
  if (spec.body !== undefined || spec.streamed !== undefined)
    codes.add("PAYLOAD_TOO_LARGE").add("UNSUPPORTED_MEDIA_TYPE");
  const byStatus = Map.groupBy([...codes], (code) => errorStatus[code]);
  return Object.fromEntries([...byStatus].map(([status, listed]) => [String(status), failure(listed)]));
}

/** The answer of one status, whose codes are told one by one. */
export function failure(codes: ErrorCode[]): JsonObject {
  return {
    description: codes.map((code) => `\`${code}\`: ${errorMeaning[code]}`).join("\n\n"),
    "x-error-codes": codes,
    content: {
      "application/json": {
        schema: { $ref: "#/components/schemas/Failure" },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}
