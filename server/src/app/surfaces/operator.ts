import type { Database } from "../../platform/db/database.ts";
import { missingMigrations } from "../../platform/db/migrator.ts";
import { unavailable } from "../../platform/errors.ts";
import type { HttpApp } from "../../platform/http/server.ts";
import { mountGet } from "./mount-get.ts";
import type { RestSurface } from "./rest.ts";

interface OperatorOptions {
  database: Database;
  surfaces: readonly RestSurface[];
  jwks: unknown;
  version: string;
  /** False while writes are refused. */
  isHealthy(): boolean;
  isStopping(): boolean;
}

/** Paths for whoever runs the server: health, readiness, public keys. */
export function mountOperator(app: HttpApp, options: OperatorOptions): void {
  const { database, jwks, version } = options;
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
}

function json(data: unknown): Response {
  return plainJson(JSON.stringify({ success: true, data }));
}

function plainJson(body: string): Response {
  return new Response(body, {
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}
