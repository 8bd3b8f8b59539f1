import type { z } from "zod";
import { type Cast, ExampleWriter } from "../../platform/http/examples.ts";
import { isObject, type Json, type JsonObject, jsonSchemaOf } from "../../platform/http/json-schema.ts";

/** A frame of a socket, as its reference describes it. */
export interface FrameDescription {
  type: string;
  /** `in`: the client sends it. `out`: the server does. */
  direction: "in" | "out";
  /** When it is sent and what follows. */
  about: string;
  schema: z.ZodType;
  /** Fields of the example that should not be as the cast and the schema have them. */
  example?: JsonObject;
}

interface FrameField {
  name: string;
  type: string;
  required: boolean;
  about: string;
}

/** A frame ready to be written down. */
interface DescribedFrame {
  type: string;
  direction: "in" | "out";
  about: string;
  fields: FrameField[];
  example: Json;
  /** Fields of which nothing says what they look like. */
  gaps: string[];
}

export function describeFrame(frame: FrameDescription, cast: Cast): DescribedFrame {
  const { type, direction, about, schema } = frame;
  const components: JsonObject = {};
  const json = jsonSchemaOf(schema, direction === "in" ? "input" : "output", components);
  const part = direction === "in" ? "request" : "response";
  const fields = fieldsOf(json);
  const given = frame.example;
  // An example that names its type is whole; any other only replaces fields.
  if (given?.type !== undefined) return { type, direction, about, fields, example: given, gaps: [] };
  const { value, gaps } = new ExampleWriter(components, cast).write(json, type, part);
  const example = { type, ...(isObject(value) ? value : {}), ...given };
  return { type, direction, about, fields, example, gaps };
}

function fieldsOf(schema: JsonObject): FrameField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(isObject(schema.properties) ? schema.properties : {})
    .filter(([name]) => name !== "type")
    .map(([name, field]) => ({
      name,
      type: isObject(field) ? typeWords(field) : "anything",
      required: required.includes(name),
      about: isObject(field) && typeof field.description === "string" ? field.description : "",
    }));
}

/** More than these are told as what they are, one by one nobody reads them. */
const wordsAtMost = 8;

/** A schema's type in words: «string (uuid) or null», «array of integer». */
export function typeWords(schema: JsonObject): string {
  if (typeof schema.$ref === "string") return schema.$ref.split("/").at(-1) ?? "object";
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices))
    return choices.map((choice) => (isObject(choice) ? typeWords(choice) : "anything")).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum) && schema.enum.length <= wordsAtMost)
    return schema.enum.map((word) => JSON.stringify(word)).join(" or ");
  if (schema.type === "array")
    return isObject(schema.items) && Object.keys(schema.items).length > 0
      ? `array of ${typeWords(schema.items)}`
      : "array";
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type ?? "anything"]).map(String);
  const format = typeof schema.format === "string" ? ` (${schema.format})` : "";
  return types.map((type) => (type === "string" ? `string${format}` : type)).join(" or ");
}
