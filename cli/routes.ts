import { mountedSurfaces } from "../server/src/app/mounted-surfaces.ts";
import { describeApi } from "../server/src/app/reference/describe.ts";
import { described } from "../server/src/app/surfaces/rest.ts";
import { readConfig } from "../server/src/platform/config.ts";
import type { JsonObject } from "../server/src/platform/http/json-schema.ts";
import type { Command } from "./command.ts";
import { inColumns } from "./help.ts";

/** The part of an operation that the table shows. */
interface Operation {
  summary: string;
  security: object[];
}

export const routes: Command = {
  summary: "List the routes, or print their OpenAPI document",
  flags: { "--openapi": { about: "the whole description as OpenAPI 3.1 JSON" } },
  async run(given) {
    const document = await describe();
    const text = given.has("--openapi") ? JSON.stringify(document, null, 2) : tableOf(document);
    await Bun.write(Bun.stdout, `${text}\n`).catch(unlessReadEnough);
    return 0;
  },
};

/** Whoever reads, such as `head`, may stop before the end. */
function unlessReadEnough(error: unknown): void {
  if ((error as { code?: unknown }).code !== "EPIPE") throw error;
}

async function describe(): Promise<JsonObject> {
  const { host, port } = readConfig({});
  return describeApi((await mountedSurfaces()).map(described), `http://${host}:${port}`).document;
}

function tableOf(document: JsonObject): string {
  const paths = document.paths as unknown as Record<string, Record<string, Operation>>;
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { summary, security }]) => [
      method.toUpperCase(),
      path.replaceAll(/\{(\w+)\}/g, ":$1"),
      security.length > 0 ? "yes" : "no",
      summary,
    ]),
  );
  const table = inColumns([["METHOD", "PATH", "SIGN-IN", "SUMMARY"], ...rows]);
  return [...table, "", "  What stands under /v1 answers under /api/v1 too."].join("\n");
}
