import type { z } from "zod";
import { mountedSurfaces } from "../server/src/app/mounted-surfaces.ts";
import { cast } from "../server/src/app/reference/cast.ts";
import { describeApi } from "../server/src/app/reference/describe.ts";
import { tags } from "../server/src/app/reference/operator-paths.ts";
import { describeFrame, type FrameDescription } from "../server/src/app/reference/realtime.ts";
import { chatSocketFrames } from "../server/src/app/reference/websocket.ts";
import { described } from "../server/src/app/surfaces/rest.ts";
import { isObject, type Json, type JsonObject } from "../server/src/platform/http/json-schema.ts";
import { documentedPath } from "../server/src/platform/http/openapi.ts";
import type { Route } from "../server/src/platform/http/route.ts";

/**
 * What is wrong with the examples of the OpenAPI document, one line a fault: a field of which nothing says what it
 * looks like, and an example that the route's own schema refuses.
 */
export async function exampleFaults(): Promise<string[]> {
  const surfaces = (await mountedSurfaces()).map(described);
  const { document, gaps } = describeApi(surfaces, "http://127.0.0.1:8080");
  const faults = surfaces.flatMap(({ base, routes }) =>
    routes.flatMap((route) => faultsOf(base, route, document)),
  );
  return [...gaps, ...faults, ...chatSocketFrames.flatMap(({ frames }) => frames.flatMap(frameFaults))];
}

function frameFaults(frame: FrameDescription): string[] {
  const name = `the frame ${frame.type} (${frame.direction})`;
  const { example, gaps } = describeFrame(frame, cast);
  return [
    ...gaps.map(
      (gap) => `${name}: nothing says what «${gap}» looks like. Give the field .meta({ examples: ["…"] }).`,
    ),
    ...refusals(`${name}: its example`, frame.schema, example),
  ];
}

function faultsOf(base: string, route: Route, document: JsonObject): string[] {
  const { spec } = route;
  const path = documentedPath(base, route);
  const name = `${spec.method} ${path}`;
  const operation = at(document, "paths", path, spec.method.toLowerCase());
  const parameters = (place: string) =>
    Object.fromEntries(
      (at(operation, "parameters") as JsonObject[] | undefined)
        ?.filter((each) => each.in === place && each.required === true)
        .map((each) => [each.name, each.example]) ?? [],
    );
  const body = at(operation, "requestBody", "content", "application/json", "example");
  return [
    ...(spec.tag in tags
      ? []
      : [`${name}: say what «${spec.tag}» is about, in app/reference/operator-paths.ts`]),
    ...refusals(`${name}: the example of its path`, spec.params, parameters("path")),
    ...refusals(`${name}: the example of its query`, spec.query, parameters("query")),
    ...refusals(`${name}: the example of its body`, spec.body, body),
    ...spec.success.flatMap(({ status, schema }) => {
      const answer = at(operation, "responses", String(status), "content", "application/json", "example");
      return refusals(`${name}: the example of its ${status}`, schema, at(answer, "data"));
    }),
  ];
}

function refusals(what: string, schema: z.ZodType | null | undefined, example: unknown): string[] {
  const result = schema?.safeParse(example);
  if (result === undefined || result.success) return [];
  return result.error.issues.map(
    ({ path, message }) =>
      `${what} is refused: «${path.join(".")}» ${message}. Give its schema .meta({ examples: [{ … }] })` +
      `${what.includes("of its 2") ? ", or the success an example" : ""}.`,
  );
}

function at(value: unknown, ...names: string[]): unknown {
  return names.reduce<unknown>(
    (node, name) => (isObject(node as Json) ? (node as JsonObject)[name] : undefined),
    value,
  );
}
