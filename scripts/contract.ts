/** Makes the client's view of the API from the route table: the types of `server/src/contract.ts` and the sdk's paths. */
import { z } from "zod";
import type { FrameDescription } from "../server/src/app/reference/realtime.ts";
import type { RestSurface } from "../server/src/app/surfaces/rest.ts";
import { errorStatus } from "../server/src/platform/errors.ts";
import { pathOf } from "../server/src/platform/http/route.ts";

/** The part of JSON Schema that `z.toJSONSchema` writes and that says something to a type. */
interface JsonSchema {
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  description?: string;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  id?: string;
}

type Direction = "input" | "output";

const origin =
  "Made from the route table by `npm run reference`: change the schemas of the features, never this file.";

/** Writes the types of named schemas once, and of everything else in place. */
class TypeWriter {
  readonly #named = new Map<string, string>();

  write(schema: z.ZodType, direction: Direction): string {
    const json = z.toJSONSchema(schema, { io: direction, unrepresentable: "any" }) as JsonSchema;
    for (const [name, definition] of Object.entries(json.$defs ?? {}))
      this.#name(name, definition, direction);
    return json.id === undefined ? typeOf(json, direction) : this.#name(json.id, json, direction);
  }

  get declarations(): string {
    return [...this.#named.values()].join("\n");
  }

  /** What goes in may differ from what comes out (a default, a transform): then there are two types. */
  #name(name: string, schema: JsonSchema, direction: Direction): string {
    const text = typeOf(schema, direction);
    const declared = (as: string) =>
      `${comment(schema.description, "")}export ${text.startsWith("{") ? `interface ${as} ${text}` : `type ${as} = ${text};`}\n`;
    const known = this.#named.get(name);
    if (known !== undefined && known !== declared(name)) {
      this.#named.set(`${name}Input`, declared(`${name}Input`));
      return `${name}Input`;
    }
    this.#named.set(name, declared(name));
    return name;
  }
}

function typeOf(schema: JsonSchema, direction: Direction): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined && isErrorCodes(schema.enum)) return "ErrorCode";
  if (schema.enum !== undefined) return union(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((choice) => typeOf(choice, direction)));
  if (schema.allOf !== undefined) return schema.allOf.map((part) => typeOf(part, direction)).join(" & ");
  if (Array.isArray(schema.type))
    return union(schema.type.map((type) => typeOf({ ...schema, type }, direction)));
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return arrayType(schema, direction);
    case "object":
      return objectType(schema, direction);
    default:
      // An id leaves its schema through a transform, which has no type in JSON Schema; its format says what it is.
      return schema.format === undefined ? "unknown" : "string";
  }
}

/** The table of codes is one type, wherever it shows. */
function isErrorCodes(values: unknown[]): boolean {
  return values.length > 1 && values.join() === Object.keys(errorStatus).join();
}

function union(members: string[]): string {
  return [...new Set(members)].join(" | ");
}

function arrayType(schema: JsonSchema, direction: Direction): string {
  if (schema.prefixItems !== undefined)
    return `[${schema.prefixItems.map((item) => typeOf(item, direction)).join(", ")}]`;
  const item = typeOf(schema.items ?? {}, direction);
  return item.includes(" ") ? `(${item})[]` : `${item}[]`;
}

function objectType(schema: JsonSchema, direction: Direction): string {
  const more = schema.additionalProperties;
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const type = typeOf(field, direction);
    const isOptional = !required.has(name);
    // Callers may pass `undefined` for a field that they leave out; the server never answers it.
    const shown = isOptional && direction === "input" ? `${type} | undefined` : type;
    return `${comment(field.description, "  ")}  ${fieldName(name)}${isOptional ? "?" : ""}: ${indented(shown)};`;
  });
  if (typeof more === "object") {
    const value = fields.length > 0 ? "unknown" : typeOf(more, direction);
    fields.push(`  [field: string]: ${indented(value)};`);
  }
  if (fields.length === 0) return "Record<string, never>";
  return `{\n${fields.join("\n")}\n}`;
}

function fieldName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function indented(type: string): string {
  return type.replaceAll("\n", "\n  ");
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? "" : `${indent}/** ${text.replaceAll("*/", "* /")} */\n`;
}

/** In a query everything is text; clients write numbers and flags as what they are. */
function queryType(schema: z.ZodType | undefined): string {
  if (schema === undefined) return "undefined";
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const properties = Object.fromEntries(
    Object.entries(json.properties ?? {}).map(([name, field]) => [name, plainQueryField(field)]),
  );
  return objectType({ ...json, properties }, "input");
}

function plainQueryField(field: JsonSchema): JsonSchema {
  const isFlag = field.enum?.length === 2 && field.enum.includes("true") && field.enum.includes("false");
  if (!isFlag) return field;
  const { enum: _, ...rest } = field;
  return { ...rest, type: "boolean" };
}

function framesType(
  writer: TypeWriter,
  frames: readonly FrameDescription[],
  wanted: FrameDescription["direction"],
): string {
  return frames
    .filter(({ direction }) => direction === wanted)
    .map(({ type, about, schema }) => {
      const text = writer.write(schema, wanted === "in" ? "input" : "output");
      return `${comment(about, "  ")}  ${fieldName(type)}: ${indented(text)};`;
    })
    .join("\n");
}

/** An answer without data has a sentence for a person instead. */
function answerType(writer: TypeWriter, schema: z.ZodType | null): string {
  return schema === null ? "{\n  message: string;\n}" : writer.write(schema, "output");
}

/** `server/src/contract.ts`: what each route takes and answers, under its operation's id. */
export function contractSource(
  surfaces: readonly RestSurface[],
  frames: readonly FrameDescription[],
): string {
  const writer = new TypeWriter();
  const entries = surfaces.flatMap(({ routes }) =>
    routes.map(({ spec }) => {
      const body = spec.body === undefined ? "undefined" : writer.write(spec.body, "input");
      const parts = [
        `params: ${spec.params === undefined ? "undefined" : writer.write(spec.params, "input")};`,
        `query: ${queryType(spec.query)};`,
        `body: ${spec.bodyOptional === true ? `${body} | undefined` : body};`,
        `answer: ${union(spec.success.map(({ schema }) => answerType(writer, schema)))};`,
        `errors: ${union((spec.errors ?? []).map((code) => JSON.stringify(code))) || "never"};`,
      ];
      const about = [spec.summary, spec.description].filter((text) => text !== undefined).join(". ");
      return `${comment(about, "  ")}  ${spec.id}: {\n    ${indented(indented(parts.join("\n")))}\n  };`;
    }),
  );
  const framesOf = (direction: FrameDescription["direction"]) => framesType(writer, frames, direction);
  const [clientFrames, serverFrames] = [framesOf("in"), framesOf("out")];
  const codes = Object.keys(errorStatus)
    .map((code) => `  | ${JSON.stringify(code)}`)
    .join("\n");
  return [
    "/**",
    " * The API as types, for clients: what each route takes and answers, the codes of its errors, and the frames of the",
    " * chat WebSocket.",
    ` * ${origin}`,
    " */",
    "",
    "/** Every code that a refused request or frame may carry. */",
    `export type ErrorCode =\n${codes};`,
    "",
    writer.declarations,
    "/** Each route by the id of its operation. `errors` are those beyond what any route of its kind may answer. */",
    `export interface Routes {\n${entries.join("\n")}\n}`,
    "",
    "/** What a client says on the chat WebSocket, by its type. */",
    `export interface ClientFrames {\n${clientFrames}\n}`,
    "",
    "/** What the server says there. */",
    `export interface ServerFrames {\n${serverFrames}\n}`,
    "",
  ].join("\n");
}

const contractFromTable = "../../../server/src/contract.ts";

/** `sdk/src/wire/routes.ts`: where each route is. */
export function routeTableSource(surfaces: readonly RestSurface[]): string {
  const lines = surfaces.flatMap(({ bases: [base], routes }) =>
    routes.map(
      (each) => `  ${each.spec.id}: ${JSON.stringify(`${each.spec.method} ${pathOf(base, each)}`)},`,
    ),
  );
  const open = surfaces.flatMap(({ routes }) =>
    routes.filter(({ signedIn }) => !signedIn).map(({ spec }) => `  ${JSON.stringify(spec.id)},`),
  );
  return [
    `import type { Routes } from ${JSON.stringify(contractFromTable)};`,
    "",
    `/** Method and path of each route. ${origin} */`,
    `export const routes = {\n${lines.join("\n")}\n} as const satisfies Record<keyof Routes, string>;`,
    "",
    "/** Routes that need no sign-in. */",
    `export const openRoutes: ReadonlySet<keyof Routes> = new Set<keyof Routes>([\n${open.join("\n")}\n]);`,
    "",
  ].join("\n");
}
