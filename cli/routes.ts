import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFeatures } from "../server/src/app/features.ts";
import { openDatabase } from "../server/src/app/open-database.ts";
import { operatorPaths, tags } from "../server/src/app/surfaces/operator-reference.ts";
import { described, restSurfaces } from "../server/src/app/surfaces/rest.ts";
import { version } from "../server/src/app/version.ts";
import { createLocalBus } from "../server/src/platform/bus/local-bus.ts";
import { readConfig } from "../server/src/platform/config.ts";
import { migrateToLatest } from "../server/src/platform/db/migrator.ts";
import { Events } from "../server/src/platform/events/events.ts";
import { openApiDocument } from "../server/src/platform/http/openapi.ts";
import { createLog } from "../server/src/platform/log.ts";
import type { Command } from "./command.ts";
import { inColumns } from "./help.ts";

type Document = ReturnType<typeof openApiDocument>;

/** The part of an operation that the table shows. */
interface Operation {
  summary: string;
  security: object[];
}

export const routes: Command = {
  summary: "List the routes, or print their OpenAPI document",
  flags: { "--openapi": { about: "the whole description as OpenAPI 3.1 JSON" } },
  async run(given) {
    const document = await describeRoutes();
    const text = given.has("--openapi") ? JSON.stringify(document, null, 2) : tableOf(document);
    await Bun.write(Bun.stdout, `${text}\n`);
    return 0;
  },
};

/** The routes as a server mounts them; the services behind them get an empty database that nobody asks. */
async function describeRoutes(): Promise<Document> {
  const folder = mkdtempSync(join(tmpdir(), "parley-routes-"));
  try {
    const config = readConfig({ PARLEY_DATA_DIR: folder });
    const database = await openDatabase(config);
    try {
      await migrateToLatest(database.query);
      const events = new Events(createLocalBus(), createLog("error"));
      const features = await buildFeatures(config, database, events);
      const { host, port } = config;
      return openApiDocument(restSurfaces(features).map(described), {
        version,
        publicUrl: `http://${host}:${port}`,
        tags,
        extraPaths: operatorPaths,
      });
    } finally {
      await database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tableOf(document: Document): string {
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
