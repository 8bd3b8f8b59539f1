import { z } from "zod";
import { type ErrorCode, errorStatus } from "../errors.ts";
import { pathOf, type Route } from "./route.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

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
}

/** The OpenAPI 3.1 document of all surfaces' routes, made from the schemas that check their requests. */
export function openApiDocument(
  surfaces: readonly DescribedRoutes[],
  { version, publicUrl, tags, extraPaths }: DocumentOptions,
): JsonObject {
  const components: JsonObject = { Failure: failureSchema };
  const paths: { [path: string]: JsonObject } = {};
  for (const { base, routes } of surfaces) {
    for (const each of routes) {
      const path = pathOf(base, each).replace(/:(\w+)/g, "{$1}");
      paths[path] = { ...paths[path], [each.spec.method.toLowerCase()]: operation(each, components) };
    }
  }
  return {
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
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

const failureSchema: JsonObject = {
  type: "object",
  required: ["success", "error"],
  properties: {
    success: { const: false },
    error: {
      type: "object",
      required: ["code", "message", "request_id"],
      properties: {
        code: { type: "string", enum: Object.keys(errorStatus) },
        message: { type: "string", description: "For a person; says what to do." },
        request_id: { type: "string" },
        details: {
          type: "array",
          items: {
            type: "object",
            required: ["path", "message"],
            properties: { path: { type: "string" }, message: { type: "string" } },
          },
        },
        retry_after: { type: "integer", description: "Whole seconds." },
      },
    },
  },
};

function operation({ spec, signedIn }: Route, components: JsonObject): JsonObject {
  const parameters = [...parametersOf(spec.params, "path"), ...parametersOf(spec.query, "query")];
  return {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    security: signedIn ? [{ bearer: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body === undefined
      ? {}
      : {
          requestBody: {
            required: spec.bodyOptional !== true,
            content: { "application/json": { schema: convert(spec.body, "input", components) } },
          },
        }),
    responses: { ...successes(spec.success, components), ...failures(spec.errors ?? [], signedIn, spec) },
  };
}

function successes(success: Route["spec"]["success"], components: JsonObject): JsonObject {
  return Object.fromEntries(
    success.map(({ status, about, schema }) => [
      String(status),
      {
        description: about,
        content: {
          "application/json": {
            schema: {
              type: "object",
              required: ["success", schema === null ? "message" : "data"],
              properties: {
                success: { const: true },
                ...(schema === null
                  ? { message: { type: "string" } }
                  : { data: convert(schema, "output", components) }),
              },
            },
          },
        },
      },
    ]),
  );
}

function failures(errors: ErrorCode[], signedIn: boolean, spec: Route["spec"]): JsonObject {
  const codes = new Set<ErrorCode>([...errors, "INTERNAL_ERROR", "UNAVAILABLE"]);
  if (signedIn) codes.add("UNAUTHORIZED").add("TOKEN_EXPIRED");
  if (spec.params !== undefined || spec.query !== undefined || spec.body !== undefined)
    codes.add("VALIDATION_ERROR");
  if (spec.body !== undefined) codes.add("PAYLOAD_TOO_LARGE").add("UNSUPPORTED_MEDIA_TYPE");
  const byStatus = Map.groupBy([...codes], (code) => errorStatus[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, listed]) => [
      String(status),
      {
        description: listed.map((code) => `\`${code}\``).join(", "),
        content: { "application/json": { schema: { $ref: "#/components/schemas/Failure" } } },
      },
    ]),
  );
}

function parametersOf(schema: z.ZodType | undefined, place: "path" | "query"): JsonObject[] {
  if (schema === undefined) return [];
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonObject;
  const properties = (json.properties ?? {}) as JsonObject;
  const required = (json.required ?? []) as string[];
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: value,
  }));
}

/** Named schemas (`.meta({ id })`) become components, everything else stays in place. */
function convert(schema: z.ZodType, io: "input" | "output", components: JsonObject): Json {
  const json = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonObject;
  const { $defs, $schema: _, ...own } = json;
  for (const [name, value] of Object.entries(($defs ?? {}) as JsonObject))
    components[name] = rewritten(value);
  const id = own.id;
  if (typeof id !== "string") return rewritten(own);
  components[id] = rewritten(own);
  return { $ref: `#/components/schemas/${id}` };
}

function rewritten(value: Json): Json {
  if (Array.isArray(value)) return value.map(rewritten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => !(key === "id" && typeof member === "string" && "type" in value))
      .map(([key, member]) => [
        key,
        key === "$ref" && typeof member === "string"
          ? member.replace("#/$defs/", "#/components/schemas/")
          : rewritten(member),
      ]),
  );
}
