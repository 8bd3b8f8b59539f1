/**
 * What the servers said while the whole suite ran (server/test/kit/record.ts), held against the reference: every route
 * answered at least one test with a success, every such answer is what the OpenAPI document says, and every frame of
 * the chat socket is one of the reference and has its shape.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ValidateFunction } from "ajv/dist/2020.js";
import { mountedSurfaces } from "../server/src/app/mounted-surfaces.ts";
import { describeApi } from "../server/src/app/reference/describe.ts";
import { chatSocketFrames } from "../server/src/app/reference/websocket.ts";
import { described } from "../server/src/app/surfaces/rest.ts";
import { socketPaths } from "../server/src/app/surfaces/websocket.ts";
import { isObject, type JsonObject } from "../server/src/platform/http/json-schema.ts";
import type { Said } from "../server/test/kit/record.ts";

interface Operation {
  name: string;
  method: string;
  pattern: RegExp;
  responses: JsonObject;
}

const shownOfEach = 3;

/** One line a fault. */
export async function recordFaults(folder: string): Promise<string[]> {
  const said = await readRecord(folder);
  const { document } = describeApi((await mountedSurfaces()).map(described), "http://127.0.0.1:8080");
  const operations = operationsOf(document);
  const answers = said
    .filter((each) => each.kind === "answer")
    .map((each) => ({ ...each, path: bare(each.path) }));
  const hit = new Set<string>();
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ ...document, $id: "openapi" });
  const faults = new Set<string>();
  for (const { method, path, status, body } of answers) {
    const operation = operations.find((each) => each.method === method && each.pattern.test(path));
    if (operation === undefined || status < 200 || status > 299) continue;
    hit.add(operation.name);
    const fault = answerFault(ajv, operation, status, body);
    if (fault !== null) faults.add(`${operation.name} answers ${status} otherwise than documented: ${fault}`);
  }
  const heard = said.filter((each) => each.kind === "frame" && socketPaths.includes(each.socket));
  for (const fault of heard.flatMap(({ body }) => frameFaults(body))) faults.add(fault);
  const missed = operations
    .filter(({ name }) => !hit.has(name))
    .map(({ name }) => `no test had a success of ${name}`);
  return [...missed, ...faults];
}

async function readRecord(folder: string): Promise<Said[]> {
  const files = readdirSync(folder).map((name) => Bun.file(join(folder, name)).text());
  return (await Promise.all(files)).flatMap((text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Said),
  );
}

/** `/api/v1` answers the same as `/v1`, which the document shows. */
function bare(path: string): string {
  return (path.split("?", 1)[0] ?? "")
    .replace(/^\/api\/v1\//, "/v1/")
    .replace(/^\/.+\/(health|ready)$/, "/$1");
}

/** Paths without parameters first: `/users/me` is not a user. */
function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(isObject(document.paths) ? document.paths : {})
    .sort(([a], [b]) => a.split("{").length - b.split("{").length)
    .flatMap(([path, methods]) =>
      Object.entries(isObject(methods) ? methods : {}).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`),
        responses: isObject(operation) && isObject(operation.responses) ? operation.responses : {},
      })),
    )
    .filter(({ responses }) => responses["101"] === undefined);
}

const compiled = new Map<string, ValidateFunction>();

/** Null: the answer is as documented, or is no JSON. */
function answerFault(ajv: Ajv, { responses }: Operation, status: number, body: unknown): string | null {
  const answer = responses[String(status)];
  if (!isObject(answer)) return "the document does not know this status";
  const json = isObject(answer.content) ? answer.content["application/json"] : undefined;
  if (!isObject(json) || body === undefined || body === null) return null;
  const schema = JSON.stringify(json.schema ?? {}).replaceAll('"#/components/', '"openapi#/components/');
  const validate = compiled.get(schema) ?? ajv.compile(JSON.parse(schema) as JsonObject);
  compiled.set(schema, validate);
  if (validate(body)) return null;
  const errors = (validate.errors ?? []).slice(0, shownOfEach);
  return errors
    .map(({ instancePath, message }) => `${instancePath.replaceAll(/\/\d+/g, "/n")} ${message}`)
    .join("; ");
}

const frames = chatSocketFrames
  .flatMap((group) => group.frames)
  .filter(({ direction }) => direction === "out");

function frameFaults(body: unknown): string[] {
  const { type } = body as { type?: unknown };
  const known = frames.find((frame) => frame.type === type);
  if (known === undefined)
    return [`the frame «${type}» is not in the reference: describe it in app/reference/websocket.ts`];
  const result = known.schema.safeParse(body);
  if (result.success) return [];
  return result.error.issues
    .slice(0, shownOfEach)
    .map(
      ({ path, message }) => `the frame «${type}» is otherwise than documented: ${path.join(".")} ${message}`,
    );
}
