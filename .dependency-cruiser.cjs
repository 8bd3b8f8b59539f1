/**
 * The rule of docs/architecture.md: app -> features -> platform, never up. `npm run check` holds the tree to it
 * and proves with planted violations (scripts/planted-violations.ts) that each rule here still bites.
 */

/**
 * Features meet only at index.ts, and each imports only features that stand before it in this list.
 * This array is the one place to change the order. A new feature is added here first.
 */
const featureOrder = [
  "organizations",
  "identity",
  "people",
  "accounts",
  "conversations",
  "members",
  "storage",
  "keys",
  "messages",
  "threads",
  "rooms",
  "calls",
  "support",
  "articles",
  "workspace",
  "assistant",
  "admin",
];

/** Woken by events (server/src/app/surfaces/websocket-fan-out.ts). Only admin reads them. */
const listeners = ["notifications", "webhooks", "audit", "search"];

const features = "^server/src/features/";
const tests = "\\.test\\.ts$|^(server|sdk)/test/";
const anyOf = (names) => `(${names.join("|")})`;

/** @returns {import("dependency-cruiser").IForbiddenRuleType[]} one rule a feature: it may not look forward. */
function orderRules() {
  const rules = featureOrder.slice(0, -1).map((feature, place) => ({
    name: `order-of-features-${feature}`,
    comment:
      `${feature} stands before the feature it imports. If the earlier one has to react, emit an event and let ` +
      "the later one listen; if it has to ask, move what it asks for into the earlier feature.",
    severity: "error",
    from: { path: `${features}${feature}/` },
    to: { path: `${features}${anyOf(featureOrder.slice(place + 1))}/` },
  }));
  rules.push({
    name: "listeners-read-no-admin",
    comment: "admin reads the listeners, never the other way round: emit an event that admin can read.",
    severity: "error",
    from: { path: `${features}${anyOf(listeners)}/` },
    to: { path: `${features}admin/` },
  });
  return rules;
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "platform-knows-no-product",
      comment:
        "platform holds mechanisms without product words. Pass in what it needs (a function, a value, a port) from app, " +
        "or move the code into the feature it is about.",
      severity: "error",
      from: { path: "^server/src/platform/" },
      to: { path: "^(server/src/(?!platform/)|sdk/|web/|widget/|cli/|bench/|scripts/)" },
    },
    {
      name: "features-never-up",
      comment:
        "A feature never imports app or a client. Take what it needs as a parameter from build-app.ts, " +
        "or emit an event that app/listeners.ts routes.",
      severity: "error",
      from: { path: features },
      to: { path: "^(server/src/(?!features/|platform/)|sdk/|web/|widget/|cli/|bench/|scripts/)" },
    },
    {
      name: "server-knows-no-client",
      comment:
        "The server never imports its clients or its tools. Put what both need into server/src and export it there.",
      severity: "error",
      from: { path: "^server/src/" },
      to: { path: "^(sdk/|web/|widget/|cli/|bench/|scripts/)" },
    },
    {
      name: "features-meet-at-index",
      comment:
        "Features meet only at index.ts. Export the verb you need from the other feature's index.ts and import it there.",
      severity: "error",
      from: { path: `${features}([^/]+)/` },
      to: { path: features, pathNot: [`${features}$1/`, `${features}[^/]+/index\\.ts$`] },
    },
    ...orderRules(),
    {
      name: "features-are-listed",
      comment:
        "This feature has no place in the order yet: add it to featureOrder (or listeners) in .dependency-cruiser.cjs.",
      severity: "error",
      from: { path: `${features}(?!${anyOf([...featureOrder, ...listeners])}/)` },
      to: {},
    },
    {
      name: "listed-features-only",
      comment:
        "The imported feature has no place in the order yet: add it to featureOrder in .dependency-cruiser.cjs.",
      severity: "error",
      from: {},
      to: { path: `${features}(?!${anyOf([...featureOrder, ...listeners])}/)` },
    },
    {
      name: "listeners-are-only-woken",
      comment:
        "notifications, webhooks, audit and search are woken by events and read by admin alone. Emit an event from the " +
        "service and wire the listener in app/listeners.ts.",
      severity: "error",
      from: { path: `${features}([^/]+)/`, pathNot: `${features}admin/` },
      to: { path: `${features}${anyOf(listeners)}/`, pathNot: `${features}$1/` },
    },
    {
      name: "listeners-are-only-woken-by-app",
      comment: "Outside of the features only app, which wires them, imports a listener. Go through app.",
      severity: "error",
      from: { path: "^(cli|sdk|web|widget)/" },
      to: { path: `${features}${anyOf(listeners)}/` },
    },
    {
      name: "surfaces-reach-no-storage",
      comment:
        "A route or socket command calls one verb of a service and never the database: add the verb to x.service.ts, " +
        "its SQL to x.queries.ts.",
      severity: "error",
      from: { path: `${features}.+\\.(routes|commands)\\.ts$` },
      to: { path: "\\.queries\\.ts$|^server/src/platform/db/|^(node_modules/)?(kysely|pg)(/|$)" },
    },
    {
      name: "surfaces-are-only-mounted",
      comment:
        "Routes and socket commands are mounted by app/surfaces and called by nobody. What another file needs of them " +
        "belongs into x.service.ts or x.schema.ts.",
      severity: "error",
      from: { path: features, pathNot: "\\.(routes|commands)\\.ts$" },
      to: { path: `${features}.+\\.(routes|commands)\\.ts$` },
    },
    {
      name: "domain-runs-anywhere",
      comment:
        "Domain code imports no Bun API. Put the mechanism behind a port in server/src/platform (db, blobs, …) and take " +
        "the port as a parameter.",
      severity: "error",
      from: { path: "^(server/src/(features/|contract\\.ts$)|sdk/|web/|widget/)" },
      to: { path: "^(bun($|:)|node_modules/(bun|bun-types|@types/bun)/)" },
    },
    {
      name: "sdk-sees-the-contract",
      comment:
        "The sdk imports types of server/src/contract.ts and nothing else of the project. Export the type there.",
      severity: "error",
      from: { path: "^sdk/" },
      to: { path: "^(server|web|widget|cli|bench|scripts)/", pathNot: "^server/src/contract\\.ts$" },
    },
    {
      name: "web-sees-the-sdk",
      comment:
        "The web app talks to the server through the sdk alone. Add the call or the type to sdk/ and import that.",
      severity: "error",
      from: { path: "^web/" },
      to: { path: "^(server|widget|cli|bench|scripts)/" },
    },
    {
      name: "web-never-up",
      comment:
        "Inside the web app: app -> features -> ui -> platform, never up. Pass what is needed as a property, or move it " +
        "down.",
      severity: "error",
      from: { path: "^web/src/(features|ui|platform)/" },
      to: { path: "^web/src/app/" },
    },
    {
      name: "web-ui-knows-no-feature",
      comment: "Parts of web/src/ui draw what they are given. Pass it as a property.",
      severity: "error",
      from: { path: "^web/src/ui/" },
      to: { path: "^web/src/features/" },
    },
    {
      name: "web-platform-is-below",
      comment: "web/src/platform holds mechanisms. Move what it needs of a feature or of ui down into it.",
      severity: "error",
      from: { path: "^web/src/platform/" },
      to: { path: "^web/src/(features|ui)/" },
    },
    {
      name: "web-features-meet-at-index",
      comment:
        "Features of the web app meet only at index.ts. Export what you need from the other feature's index.ts.",
      severity: "error",
      from: { path: "^web/src/features/([^/]+)/" },
      to: {
        path: "^web/src/features/",
        pathNot: ["^web/src/features/$1/", "^web/src/features/[^/]+/index\\.ts$"],
      },
    },
    {
      name: "widget-sees-the-sdk",
      comment:
        "The widget talks to the server through the sdk alone. Add the call or the type to sdk/ and import that.",
      severity: "error",
      from: { path: "^widget/" },
      to: { path: "^(server|web|cli|bench|scripts)/" },
    },
    {
      name: "cli-uses-the-doors",
      comment:
        "The command line uses app, platform and the features' index.ts. Export what it needs from index.ts.",
      severity: "error",
      from: { path: "^cli/" },
      to: {
        path: "^(server/src/features/|bench/|scripts/|web/|widget/)",
        pathNot: `${features}[^/]+/index\\.ts$`,
      },
    },
    {
      name: "nobody-imports-tests",
      comment:
        "Tests import the product, the product never imports tests. Move what is shared out of the test: into the feature, " +
        "or, where only tests, bench and scripts share it, into server/test/kit.",
      severity: "error",
      from: { path: "^(server/src|sdk|web|widget|cli)/" },
      to: { path: tests },
    },
    {
      name: "test-files-export-nothing",
      comment: "A *.test.ts file is run, never imported. Move what is shared into server/test/kit.",
      severity: "error",
      from: {},
      to: { path: "\\.test\\.ts$" },
    },
    {
      name: "no-cycles",
      comment:
        "These files need each other, so neither can be read or tested alone. Move what both need into a third file, or " +
        "turn one direction into an event or a parameter.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-cycles-between-folders",
      comment:
        "These folders need each other. Move the file that both need to the lower one, or turn one direction into an event " +
        "or a parameter.",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
    {
      name: "names-answer-about-what",
      comment:
        "utils, common, helpers, types, dto and controllers say what kind of file it is. Name it by what it is about.",
      severity: "error",
      from: {},
      to: {
        path: "(^|/)(utils?|common|helpers?|types|dto|controllers?)(/|\\.tsx?$)",
        pathNot: "^node_modules/",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "imports-resolve",
      comment: "This import leads nowhere, so no rule can judge it. Correct the path or install the package.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^bun($|:)" },
    },
  ],
  options: {
    // Made of the sources, which are judged themselves.
    exclude: { path: "^web/dist(-|/)" },
    // Tests may import anything, so they are targets only: an import of a test is seen, what a test imports is not.
    doNotFollow: { path: ["(^|/)node_modules/", tests] },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["bun", "import", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
