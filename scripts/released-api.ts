import { join } from "node:path";
import { mountedSurfaces } from "../server/src/app/mounted-surfaces.ts";
import { describeApi } from "../server/src/app/reference/describe.ts";
import { described } from "../server/src/app/surfaces/rest.ts";
import { isObject, type Json, type JsonObject } from "../server/src/platform/http/json-schema.ts";
import { breakingChanges } from "./openapi-changes.ts";

/** What the last release promised; before the first one, what is about to be. */
const file = join(import.meta.dir, "../docs/reference/openapi.released.json");

/** Keywords that promise nothing. */
const words = new Set(["description", "summary", "example", "examples", "servers", "tags", "x-error-codes"]);

/** One line for each thing that would break a client written for the last release. */
export async function releasedApiFaults(): Promise<string[]> {
  const released = (await Bun.file(file).json()) as JsonObject;
  const faults = breakingChanges(released, await currentApi());
  if (faults.length === 0) return [];
  const advice =
    "Keep the old one beside the new one (docs/versioning.md). Only what no release has carried yet may be taken " +
    "back: «npm run reference -- --released» then writes docs/reference/openapi.released.json anew.";
  return [...faults, advice];
}

/** Writes down what a release promises from now on. */
export async function writeReleasedApi(): Promise<string> {
  await Bun.write(file, `${inLines(await currentApi(), 3)}\n`);
  return "docs/reference/openapi.released.json";
}

async function currentApi(): Promise<JsonObject> {
  const { document } = describeApi((await mountedSurfaces()).map(described), "http://127.0.0.1:8080");
  return bare(document) as JsonObject;
}

/** JSON with one line for each path and each named schema, so that a change of one is a change of one line. */
function inLines(value: Json, depth: number): string {
  if (depth === 0 || !isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${inLines(member, depth - 1)}`,
  );
  return `{\n${members.join(",\n")}\n}`;
}

/** A schema without its words; a field may be called like one of them, so names of fields are left alone. */
function bare(value: Json, areNames = false): Json {
  if (Array.isArray(value)) return value.map((each) => bare(each));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => areNames || !words.has(key))
      .map(([key, member]) => [key, bare(member, !areNames && key === "properties")]),
  );
}
