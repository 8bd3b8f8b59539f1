import type { DescribedRoutes } from "../../platform/http/openapi.ts";
import type { SurfaceRates } from "../../platform/http/rate-gate.ts";
import type { Route } from "../../platform/http/route.ts";
import type { Features } from "../features.ts";
import { chatBases, chatRoutes } from "./chat.ts";
import { coreBases, coreRoutes } from "./core.ts";
import { workspaceBases, workspaceRoutes } from "./workspace.ts";

/** A way in over HTTP: the same services in words of its own. */
export interface RestSurface {
  /** For the reference. */
  name: string;
  /** The surface answers the same under each; documents show the first. */
  bases: readonly [string, ...string[]];
  routes: Route[];
  /** What each of its requests counts for. */
  rates: SurfaceRates;
}

/** Shared by `/v1` and `/api/chat`. */
const chatRates: SurfaceRates = { user: ["user"], organization: [] };

/** Every REST surface, in the order of the reference. */
export function restSurfaces(features: Features): RestSurface[] {
  return [
    { name: "Core REST", bases: coreBases, routes: coreRoutes(features), rates: chatRates },
    { name: "Chat REST", bases: chatBases, routes: chatRoutes(features), rates: chatRates },
    {
      name: "Workspace REST",
      bases: workspaceBases,
      routes: workspaceRoutes(features),
      rates: { user: ["workspaceUser"], organization: ["workspaceOrganization"] },
    },
  ];
}

export function described({ bases: [base], routes }: RestSurface): DescribedRoutes {
  return { base, routes };
}
