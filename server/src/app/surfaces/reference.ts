import type { JsonObject } from "../../platform/http/json-schema.ts";
import { postmanCollection } from "../../platform/http/postman.ts";
import type { HttpApp } from "../../platform/http/server.ts";
import { describeApi } from "../reference/describe.ts";
import { mountDocs } from "./docs.ts";
import { mountGet } from "./mount-get.ts";
import { described, type RestSurface } from "./rest.ts";

interface ReferenceOptions {
  surfaces: readonly RestSurface[];
  publicUrl(): string;
}

/** What describes the API: the OpenAPI document, and the Postman collection and the documentation made of it. */
export function mountReference(app: HttpApp, { surfaces, publicUrl }: ReferenceOptions): void {
  let document: JsonObject | null = null;
  const describe = () => {
    document ??= describeApi(surfaces.map(described), publicUrl()).document;
    return document;
  };
  mountGet(app, "/openapi.json", once(describe));
  mountGet(
    app,
    "/postman.json",
    once(() => postmanCollection(describe())),
  );
  mountDocs(app, describe);
}

function once(make: () => JsonObject): () => Response {
  let text: string | null = null;
  return () => {
    text ??= JSON.stringify(make());
    return new Response(text, {
      headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    });
  };
}
