import { afterAll, describe, expect, test } from "bun:test";
import Ajv, { type ValidateFunction } from "ajv/dist/2020.js";
import { startApp } from "../kit/app.ts";
import { anonymous } from "../kit/person.ts";
import type { JsonObject } from "../kit/shapes.ts";

const app = await startApp();
afterAll(() => app.stop());

interface Content {
  schema: JsonObject;
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}
type Media = { content?: Record<string, Content> };
interface Operation {
  parameters?: { name: string; required: boolean; schema: JsonObject; example?: unknown }[];
  requestBody?: Media;
  responses: Record<string, Media & { description: string }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties: Record<string, JsonObject> }>;
    examples: Record<string, { value: { error: { code: string } } }>;
  };
}

const document = (await anonymous(app).get("/openapi.json")).body as unknown as Document;
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ ...(document as unknown as JsonObject), $id: "openapi" });

/** Many answers have one schema, and compiling one takes its time. */
const compiled = new Map<string, ValidateFunction>();

function refusal(schema: JsonObject, value: unknown): string | null {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/');
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as JsonObject);
  compiled.set(text, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

describe("the OpenAPI document", () => {
  test("shows a request of every route that its own schema admits", () => {
    const faults = operations.flatMap(({ name, operation }) => {
      const needed = (operation.parameters ?? []).filter(({ required }) => required);
      const parameters = needed.map(({ schema, example }) => refusal(schema, example));
      const body = operation.requestBody?.content?.["application/json"];
      const refusals = [...parameters, body === undefined ? null : refusal(body.schema, body.example)];
      return refusals.filter((each) => each !== null).map((each) => `${name}: ${each}`);
    });
    expect(faults).toEqual([]);
  });

  test("shows an answer for every success that its own schema admits", () => {
    const faults = operations.flatMap(({ name, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => /^2/.test(status))
        .flatMap(([status, { content }]) => {
          const json = content?.["application/json"];
          if (json === undefined) return [];
          if (json.example === undefined) return [`${name}: ${status} has no example`];
          const fault = refusal(json.schema, json.example);
          return fault === null ? [] : [`${name}: ${status}: ${fault}`];
        }),
    );
    expect(faults).toEqual([]);
  });

  test("names every error code of a route under its status, each with an example of its own", () => {
    // The refusals of Socket.IO's engine are in its own words.
    const ours = operations.filter(({ name }) => name !== "GET /socket.io");
    const faults = ours.flatMap(({ name, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => /^[45]/.test(status))
        .flatMap(([status, { description, content }]) => {
          const json = content?.["application/json"];
          // What Socket.IO's own engine answers has no code of ours.
          if (json === undefined && "101" in operation.responses) return [];
          const codes = Object.keys(json?.examples ?? {});
          if (codes.length === 0) return [`${name}: ${status} names no code`];
          return codes.flatMap((code) => {
            const example = document.components.examples[code];
            const fits = json !== undefined && refusal(json.schema, example?.value) === null;
            return fits && description.includes(code) ? [] : [`${name}: ${status} ${code}`];
          });
        }),
    );
    expect(faults).toEqual([]);
  });

  test("says of a signed-in route with a body what can go wrong before the handler is asked", () => {
    const responses = document.paths["/v1/messages"]?.post?.responses ?? {};
    const codes = Object.values(responses).flatMap(({ content }) =>
      Object.keys(content?.["application/json"]?.examples ?? {}),
    );
    expect(codes).toEqual(
      expect.arrayContaining([
        "VALIDATION_ERROR",
        "UNAUTHORIZED",
        "TOKEN_EXPIRED",
        "FORBIDDEN",
        "NOT_FOUND",
        "PAYLOAD_TOO_LARGE",
        "UNSUPPORTED_MEDIA_TYPE",
        "INTERNAL_ERROR",
        "UNAVAILABLE",
      ]),
    );
  });

  test("says of each id that it is text, in answers too", () => {
    const { message_id } = document.components.schemas.Message?.properties ?? {};
    expect(message_id).toMatchObject({ type: "string", format: "uuid" });
  });
});
