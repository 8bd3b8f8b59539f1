/**
 * A small tree of imports for the proof in dependency-rule.ts: what the rule allows, and for each rule of
 * .dependency-cruiser.cjs at least one import that breaks it. A rule added there without a row here fails the check.
 */

/** How an import is written: the rule must see them all, types too. */
type Form = "import" | "type" | "reexport" | "dynamic";

export interface Edge {
  from: string;
  /** A path in the tree, or a bare module name. */
  to: string;
  form?: Form;
  /** The rules that this import breaks. None: it is lawful. */
  breaks?: string[];
}

const src = "server/src";
const features = `${src}/features`;
const messages = `${features}/messages`;
const identity = `${features}/identity`;
const webFeatures = "web/src/features";

const lawful: Edge[] = [
  { from: `${src}/main.ts`, to: `${src}/app/build-app.ts` },
  { from: `${src}/app/build-app.ts`, to: `${messages}/messages.routes.ts` },
  { from: `${src}/app/build-app.ts`, to: `${features}/search/index.ts` },
  { from: `${src}/app/build-app.ts`, to: "bun" },
  { from: `${messages}/messages.routes.ts`, to: `${messages}/messages.service.ts` },
  { from: `${messages}/messages.service.ts`, to: `${messages}/messages.queries.ts` },
  { from: `${messages}/messages.service.ts`, to: `${identity}/index.ts` },
  { from: `${messages}/messages.queries.ts`, to: `${src}/platform/db/database.ts` },
  { from: `${messages}/messages.queries.ts`, to: "kysely" },
  { from: `${messages}/messages.test.ts`, to: `${src}/app/build-app.ts` },
  { from: `${messages}/messages.test.ts`, to: "server/test/kit/app.ts" },
  { from: "server/test/kit/app.ts", to: `${src}/app/build-app.ts` },
  { from: `${messages}/index.ts`, to: `${messages}/messages.service.ts`, form: "reexport" },
  { from: `${features}/search/index.ts`, to: `${messages}/index.ts` },
  { from: `${features}/admin/index.ts`, to: `${features}/search/index.ts` },
  { from: `${src}/platform/db/database.ts`, to: "bun:sqlite" },
  { from: `${src}/platform/db/database.ts`, to: "node:util/types" },
  { from: `${src}/contract.ts`, to: `${messages}/index.ts`, form: "type" },
  { from: "sdk/client.ts", to: `${src}/contract.ts`, form: "type" },
  { from: "web/src/app/main.ts", to: "sdk/client.ts" },
  { from: "web/src/app/main.ts", to: `${webFeatures}/rooms/index.ts` },
  { from: `${webFeatures}/rooms/rooms.ts`, to: `${webFeatures}/identity/index.ts` },
  { from: `${webFeatures}/rooms/rooms.ts`, to: "web/src/ui/button.ts" },
  { from: "web/src/ui/button.ts", to: "web/src/platform/texts.ts" },
  { from: "widget/main.ts", to: "sdk/client.ts" },
  { from: "cli/main.ts", to: `${src}/app/build-app.ts` },
  { from: "cli/main.ts", to: `${messages}/index.ts` },
  { from: "cli/main.ts", to: `${src}/platform/db/database.ts` },
  { from: "bench/main.ts", to: "server/test/kit/app.ts" },
];

/** An unlawful import and the one rule that it breaks. */
function plant(rule: string, from: string, to: string, form: Form = "import"): Edge {
  return { from, to, form, breaks: [rule] };
}

const upward: Edge[] = [
  plant("platform-knows-no-product", `${src}/platform/up-to-feature.ts`, `${identity}/index.ts`),
  plant("platform-knows-no-product", `${src}/platform/up-to-app.ts`, `${src}/app/build-app.ts`, "type"),
  plant("features-never-up", `${features}/rooms/up-to-app.ts`, `${src}/app/limits-of-app.ts`, "dynamic"),
  {
    from: `${features}/rooms/up-to-client.ts`,
    to: "sdk/outside.ts",
    breaks: ["features-never-up", "server-knows-no-client"],
  },
  plant("server-knows-no-client", `${src}/app/to-command-line.ts`, "cli/outside.ts"),
];

const betweenFeatures: Edge[] = [
  plant("features-meet-at-index", `${messages}/past-the-door.ts`, `${identity}/identity.service.ts`, "type"),
  plant("features-meet-at-index", `${features}/rooms/past-the-door.ts`, `${messages}/messages.policy.ts`),
  plant("order-of-features-organizations", `${features}/organizations/forward.ts`, `${identity}/index.ts`),
  plant(
    "order-of-features-accounts",
    `${features}/accounts/forward.ts`,
    `${features}/conversations/index.ts`,
  ),
  plant(
    "order-of-features-identity",
    `${identity}/forward.ts`,
    `${features}/conversations/index.ts`,
    "reexport",
  ),
  plant("order-of-features-people", `${features}/people/forward.ts`, `${features}/accounts/index.ts`),
  plant(
    "order-of-features-conversations",
    `${features}/conversations/forward.ts`,
    `${features}/storage/index.ts`,
  ),
  plant("order-of-features-members", `${features}/members/forward.ts`, `${features}/storage/index.ts`),
  plant("order-of-features-storage", `${features}/storage/forward.ts`, `${features}/keys/index.ts`),
  plant("order-of-features-keys", `${features}/keys/forward.ts`, `${messages}/index.ts`),
  plant("order-of-features-messages", `${messages}/forward.ts`, `${features}/threads/index.ts`),
  plant("order-of-features-threads", `${features}/threads/forward.ts`, `${features}/rooms/index.ts`),
  plant("order-of-features-rooms", `${features}/rooms/forward.ts`, `${features}/calls/index.ts`),
  plant("order-of-features-calls", `${features}/calls/forward.ts`, `${features}/support/index.ts`),
  plant("order-of-features-support", `${features}/support/forward.ts`, `${features}/articles/index.ts`),
  plant("order-of-features-articles", `${features}/articles/forward.ts`, `${features}/workspace/index.ts`),
  plant("order-of-features-workspace", `${features}/workspace/forward.ts`, `${features}/assistant/index.ts`),
  plant("order-of-features-assistant", `${features}/assistant/forward.ts`, `${features}/admin/index.ts`),
  plant("listeners-read-no-admin", `${features}/audit/forward.ts`, `${features}/admin/index.ts`),
  plant("listeners-are-only-woken", `${messages}/calls-listener.ts`, `${features}/webhooks/index.ts`),
  plant(
    "listeners-are-only-woken",
    `${features}/notifications/calls-listener.ts`,
    `${features}/audit/index.ts`,
  ),
  plant("listeners-are-only-woken-by-app", "cli/calls-listener.ts", `${features}/search/index.ts`),
  plant("features-are-listed", `${features}/polls/polls.service.ts`, `${identity}/index.ts`),
  plant("listed-features-only", `${src}/app/unlisted.ts`, `${features}/polls/index.ts`),
];

const layersOfAFeature: Edge[] = [
  plant(
    "surfaces-reach-no-storage",
    `${messages}/messages.chat.routes.ts`,
    `${messages}/messages.queries.ts`,
  ),
  plant(
    "surfaces-reach-no-storage",
    `${messages}/past.commands.ts`,
    `${src}/platform/db/database.ts`,
    "type",
  ),
  plant("surfaces-reach-no-storage", `${features}/rooms/rooms.routes.ts`, "kysely"),
  plant(
    "surfaces-are-only-mounted",
    `${features}/rooms/index.ts`,
    `${features}/rooms/mounted.routes.ts`,
    "reexport",
  ),
  plant("domain-runs-anywhere", `${messages}/messages.clock.ts`, "bun"),
  plant("domain-runs-anywhere", `${identity}/identity.store.ts`, "bun:sqlite", "type"),
];

const clients: Edge[] = [
  plant("sdk-sees-the-contract", "sdk/past-the-contract.ts", `${messages}/messages.schema.ts`, "type"),
  plant("web-sees-the-sdk", "web/src/app/past-the-sdk.ts", `${src}/contract.ts`, "type"),
  plant("web-never-up", "web/src/ui/up-to-app.tsx", "web/src/app/shell.ts"),
  plant("web-ui-knows-no-feature", "web/src/ui/up-to-feature.ts", `${webFeatures}/rooms/index.ts`),
  plant("web-platform-is-below", "web/src/platform/up-to-ui.ts", "web/src/ui/button.ts"),
  plant(
    "web-features-meet-at-index",
    `${webFeatures}/rooms/past-the-door.ts`,
    `${webFeatures}/identity/people.ts`,
  ),
  plant("widget-sees-the-sdk", "widget/past-the-sdk.ts", "web/src/app/button.ts"),
  plant("cli-uses-the-doors", "cli/past-the-door.ts", `${messages}/messages.service.ts`),
];

const wholeTree: Edge[] = [
  plant("nobody-imports-tests", `${messages}/messages.fixture.ts`, "server/test/kit/app.ts"),
  plant("test-files-export-nothing", "bench/from-a-test.ts", `${messages}/messages.test.ts`),
  plant("names-answer-about-what", `${src}/platform/named.ts`, `${src}/platform/utils/text.ts`),
  plant("imports-resolve", `${src}/platform/nowhere.ts`, "no-such-package"),
  plant("no-cycles", `${messages}/one.ts`, `${messages}/other.ts`),
  { from: `${messages}/other.ts`, to: `${messages}/one.ts`, form: "type" },
];

/** Two folders that need each other although no two files do. */
const folderCycle: Edge[] = [
  { from: `${src}/platform/http/validate.ts`, to: `${src}/platform/realtime/frames.ts` },
  { from: `${src}/platform/realtime/hub.ts`, to: `${src}/platform/http/envelope.ts` },
];

const folderRule = "no-cycles-between-folders";

/** A tree to build and the violations that the check must report in it, as «rule: from -> to». */
interface PlantedTree {
  edges: Edge[];
  violations: string[];
  /** A rule that is not judged here, because other plants break it by the way. */
  leftOut?: string;
}

/** All file-level rules at once, then the lawful imports alone with one cycle between folders. */
export function plantedTrees(): PlantedTree[] {
  const edges = [...lawful, ...upward, ...betweenFeatures, ...layersOfAFeature, ...clients, ...wholeTree];
  const http = `${src}/platform/http`;
  const realtime = `${src}/platform/realtime`;
  return [
    {
      edges,
      violations: edges.flatMap(({ from, to, breaks = [] }) =>
        breaks.map((rule) => `${rule}: ${from} -> ${to}`),
      ),
      leftOut: folderRule,
    },
    {
      edges: [...lawful, ...folderCycle],
      violations: [`${folderRule}: ${http} -> ${realtime}`, `${folderRule}: ${realtime} -> ${http}`],
    },
  ];
}

/** The files of a tree: path → source. */
export function filesOf(edges: Edge[]): Map<string, string> {
  const files = new Map<string, string>([["node_modules/kysely/index.js", "export const sql = 1;\n"]]);
  const add = (path: string, line: string) => files.set(path, `${files.get(path) ?? ""}${line}\n`);
  for (const { from, to, form = "import" } of edges) {
    add(from, written(form, isPath(to) ? relativeSpecifier(from, to) : to));
    if (isPath(to) && !files.has(to)) files.set(to, "");
  }
  for (const [path, source] of files) {
    const here = JSON.stringify(path);
    files.set(
      path,
      `${source}export const here = ${path.endsWith(".tsx") ? `<p title=${here} />` : here};\n`,
    );
  }
  return files;
}

function isPath(module: string): boolean {
  return /\.tsx?$/.test(module);
}

function written(form: Form, specifier: string): string {
  const module = JSON.stringify(specifier);
  if (form === "type") return `import type { Anything } from ${module};`;
  if (form === "reexport") return `export { anything } from ${module};`;
  if (form === "dynamic") return `export const later = () => import(${module});`;
  return `import { anything } from ${module};`;
}

function relativeSpecifier(from: string, to: string): string {
  const up = "../".repeat(from.split("/").length - 1);
  return `${up === "" ? "./" : up}${to}`;
}
