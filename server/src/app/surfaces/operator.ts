import type { Database } from "../../platform/db/database.ts";
import { missingMigrations } from "../../platform/db/migrator.ts";
import { AppError, unavailable } from "../../platform/errors.ts";
import type { HttpApp } from "../../platform/http/server.ts";
import { describeApi } from "../reference/describe.ts";
import { described, type RestSurface } from "./rest.ts";

interface OperatorOptions {
  database: Database;
  surfaces: readonly RestSurface[];
  jwks: unknown;
  version: string;
  publicUrl(): string;
  /** False while writes are refused. */
  isHealthy(): boolean;
  isStopping(): boolean;
}

/** Paths for whoever runs the server: health, readiness, the API's description, public keys. */
export function mountOperator(app: HttpApp, options: OperatorOptions): void {
  const { database, jwks, version } = options;
  let document: string | null = null;
  const answers: Record<string, () => Promise<Response> | Response> = {
    "/health": () => json({ status: options.isHealthy() ? "ok" : "degraded", version }),
    "/ready": async () => {
      if (options.isStopping()) throw unavailable("The server is stopping.", 5);
      if ((await missingMigrations(database.query)).length > 0)
        throw unavailable("Migrations are missing.", 5);
      return json({ status: "ready" });
    },
  };
  for (const base of ["", ...options.surfaces.flatMap(({ bases }) => bases)]) {
    for (const [path, answer] of Object.entries(answers)) mountGet(app, base + path, answer);
  }
  mountGet(app, "/.well-known/jwks.json", () => plainJson(JSON.stringify(jwks)));
  mountGet(app, "/openapi.json", () => {
    document ??= JSON.stringify(describeApi(options.surfaces.map(described), options.publicUrl()).document);
    return plainJson(document);
  });
}

function mountGet(app: HttpApp, path: string, answer: () => Promise<Response> | Response): void {
  app.get(path, () => answer());
  app.all(path, () => {
    throw new AppError("METHOD_NOT_ALLOWED", "This path takes GET, HEAD.", {
      headers: { allow: "GET, HEAD" },
    });
  });
}

function json(data: unknown): Response {
  return plainJson(JSON.stringify({ success: true, data }));
}

function plainJson(body: string): Response {
  return new Response(body, {
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}
