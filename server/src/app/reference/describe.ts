import { type Described, type DescribedRoutes, describeRoutes } from "../../platform/http/openapi.ts";
import { version } from "../version.ts";
import { cast } from "./cast.ts";
import { operatorPaths, tags } from "./operator-paths.ts";

/** The OpenAPI document as a server at `publicUrl` gives it out. */
export function describeApi(surfaces: readonly DescribedRoutes[], publicUrl: string): Described {
  return describeRoutes(surfaces, { version, publicUrl, tags, extraPaths: operatorPaths, cast });
}
