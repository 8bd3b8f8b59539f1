import { z } from "zod";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/**
 * A schema as JSON Schema for OpenAPI. Named ones (`.meta({ id })`) go into `components` and leave a reference,
 * everything else stays in place.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output", components: JsonObject): JsonObject {
  const json = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonObject;
  const { $defs, $schema: _, ...own } = json;
  for (const [name, value] of Object.entries(($defs ?? {}) as JsonObject))
    components[name] = rewritten(value);
  const { id } = own;
  if (typeof id !== "string") return rewritten(own) as JsonObject;
  components[id] = rewritten(own);
  return { $ref: `#/components/schemas/${id}` };
}

/** Keywords whose values are data, not schemas. */
const dataKeywords = new Set(["const", "default", "enum", "example", "examples"]);

function rewritten(value: Json): Json {
  if (Array.isArray(value)) return value.map(rewritten);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => !(key === "id" && typeof member === "string"))
      .map(([key, member]) => [key, rewrittenMember(key, member)]),
  );
}

function rewrittenMember(key: string, member: Json): Json {
  if (key === "$ref" && typeof member === "string")
    return member.replace("#/$defs/", "#/components/schemas/");
  if (dataKeywords.has(key)) return member;
  if (key !== "properties" || !isObject(member)) return rewritten(member);
  return Object.fromEntries(Object.entries(member).map(([name, schema]) => [name, rewritten(schema)]));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
