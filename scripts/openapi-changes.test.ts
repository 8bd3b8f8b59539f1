import { describe, expect, test } from "bun:test";
import { breakingChanges, type Document } from "./openapi-changes.ts";

interface Parts {
  body?: object;
  answer?: object;
  parameters?: object[];
  security?: object[];
  operationId?: string;
}

function apiOf({ body, answer = { type: "object" }, parameters = [], ...rest }: Parts): Document {
  const json = (schema: object) => ({ content: { "application/json": { schema } } });
  const operation = {
    operationId: "sendMessage",
    security: [{ bearer: [] }],
    parameters,
    ...(body === undefined ? {} : { requestBody: { required: true, ...json(body) } }),
    responses: { "201": { description: "made", ...json(answer) } },
    ...rest,
  };
  return JSON.parse(JSON.stringify({ paths: { "/v1/messages": { post: operation } } })) as Document;
}

const text = { type: "string" };
const fields = (properties: object, required: string[] = []) => ({ type: "object", properties, required });

/** A row: what changed, before and after, and what is said of it (nothing: no client breaks). */
const rows: [string, Parts, Parts, string[]][] = [
  ["nothing", { body: fields({ a: text }, ["a"]) }, { body: fields({ a: text }, ["a"]) }, []],
  ["an optional field more in a request", { body: fields({}) }, { body: fields({ a: text }) }, []],
  ["a field more in an answer", { answer: fields({}) }, { answer: fields({ a: text }, ["a"]) }, []],
  [
    "a field less in an answer",
    { answer: fields({ a: text }, ["a"]) },
    { answer: fields({}) },
    ["POST /v1/messages: the 201 answer.a is gone"],
  ],
  [
    "a field of an answer that may be missing now",
    { answer: fields({ a: text }, ["a"]) },
    { answer: fields({ a: text }) },
    ["POST /v1/messages: the 201 answer.a may be missing now"],
  ],
  [
    "a new required field in a request",
    { body: fields({}) },
    { body: fields({ a: text }, ["a"]) },
    ["POST /v1/messages: the body.a is new and required"],
  ],
  [
    "an optional field of a request that is required now",
    { body: fields({ a: text }) },
    { body: fields({ a: text }, ["a"]) },
    ["POST /v1/messages: the body.a is required now"],
  ],
  [
    "a required field that is optional now",
    { body: fields({ a: text }, ["a"]) },
    { body: fields({ a: text }) },
    [],
  ],
  [
    "a word less in a request",
    { body: fields({ a: { type: "string", enum: ["x", "y"] } }) },
    { body: fields({ a: { type: "string", enum: ["x"] } }) },
    ['POST /v1/messages: the body.a does not take "y" any more'],
  ],
  [
    "words where any text was taken",
    { body: fields({ a: text }) },
    { body: fields({ a: { type: "string", enum: ["x"] } }) },
    ['POST /v1/messages: the body.a takes only "x" now'],
  ],
  [
    "a word more, in a request and in an answer",
    { body: fields({ a: { type: "string", enum: ["x"] } }), answer: { type: "string", enum: ["x"] } },
    {
      body: fields({ a: { type: "string", enum: ["x", "y"] } }),
      answer: { type: "string", enum: ["x", "y"] },
    },
    [],
  ],
  [
    "null in an answer that never was",
    { answer: fields({ a: text }) },
    { answer: fields({ a: { type: ["string", "null"] } }) },
    ["POST /v1/messages: the 201 answer.a may be null now"],
  ],
  [
    "null in an answer, written as a choice",
    { answer: fields({ a: text }) },
    { answer: fields({ a: { anyOf: [text, { type: "null" }] } }) },
    ["POST /v1/messages: the 201 answer.a may be null now"],
  ],
  [
    "null not taken any more",
    { body: fields({ a: { type: ["string", "null"] } }) },
    { body: fields({ a: text }) },
    ["POST /v1/messages: the body.a does not take null any more"],
  ],
  [
    "an answer that says more exactly what it is",
    { answer: fields({ a: {} }) },
    { answer: fields({ a: text }) },
    [],
  ],
  [
    "a number that is whole now, in an answer",
    { answer: { type: "number" } },
    { answer: { type: "integer" } },
    [],
  ],
  [
    "another type in an answer",
    { answer: fields({ list: { type: "array", items: text } }) },
    { answer: fields({ list: { type: "array", items: { type: "integer" } } }) },
    ["POST /v1/messages: the 201 answer.list[] may be integer now"],
  ],
  [
    "a lower bound",
    { body: fields({ a: { type: "string", maxLength: 100 } }) },
    { body: fields({ a: { type: "string", maxLength: 50 } }) },
    ["POST /v1/messages: the body.a: maxLength is 50 now, was 100"],
  ],
  [
    "a higher bound",
    { body: { type: "string", maxLength: 1 } },
    { body: { type: "string", maxLength: 2 } },
    [],
  ],
  [
    "a parameter less",
    { parameters: [{ name: "q", in: "query", schema: text }] },
    {},
    ["POST /v1/messages: the parameter «q» is gone"],
  ],
  [
    "a new required parameter",
    {},
    { parameters: [{ name: "q", in: "query", required: true, schema: text }] },
    ["POST /v1/messages: the parameter «q» is new and required"],
  ],
  ["a new optional parameter", {}, { parameters: [{ name: "q", in: "query", schema: text }] }, []],
  ["a sign-in asked for", { security: [] }, {}, ["POST /v1/messages asks for a sign-in now"]],
  [
    "another name for made clients",
    {},
    { operationId: "postMessage" },
    ["POST /v1/messages has another operationId: sendMessage became postMessage"],
  ],
];

describe("a change of the API", () => {
  test.each(rows)("%s", (_, before, after, said) => {
    expect(breakingChanges(apiOf(before), apiOf(after))).toEqual(said);
  });

  test("that drops a path, a method or a status is told", () => {
    const before = apiOf({});
    expect(breakingChanges(before, { paths: {} })).toEqual(["POST /v1/messages is gone"]);
    const other = JSON.parse(JSON.stringify(before).replace('"201"', '"202"')) as Document;
    expect(breakingChanges(before, other)).toEqual(["POST /v1/messages does not answer 201 any more"]);
  });

  test("is found behind names, also where a schema contains itself", () => {
    const named = (leaf: object): Document => ({
      ...apiOf({ answer: { $ref: "#/components/schemas/Node" } }),
      components: JSON.parse(
        JSON.stringify({ schemas: { Node: fields({ leaf, next: { $ref: "#/components/schemas/Node" } }) } }),
      ),
    });
    expect(breakingChanges(named(text), named(text))).toEqual([]);
    expect(breakingChanges(named(text), named({ type: "integer" }))[0]).toBe(
      "POST /v1/messages: the 201 answer.leaf may be integer now",
    );
  });
});
