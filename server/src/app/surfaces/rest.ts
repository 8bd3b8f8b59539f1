import type { DescribedRoutes } from "../../platform/http/openapi.ts";
import type { Route } from "../../platform/http/route.ts";
import type { Features } from "../features.ts";
import { coreBases, coreRoutes } from "./core.ts";
import { workspaceBases, workspaceRoutes } from "./workspace.ts";

/** A way in over HTTP: the same services in words of its own. */
export interface RestSurface {
  /** For the reference. */
  name: string;
  /** The surface answers the same under each; documents show the first. */
  bases: readonly [string, ...string[]];
  routes: Route[];
}

/** Every REST surface, in the order of the reference. */
export function restSurfaces(features: Features): RestSurface[] {
  return [
    { name: "Core REST", bases: coreBases, routes: coreRoutes(features) },
    { name: "Workspace REST", bases: workspaceBases, routes: workspaceRoutes(features) },
  ];
}

export function described({ bases: [base], routes }: RestSurface): DescribedRoutes {
  return { base, routes };
}
