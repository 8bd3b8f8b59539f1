import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Glob } from "bun";
import { filesOf, plantedTrees } from "./planted-violations.ts";

const folders = ["server", "cli", "sdk", "web", "widget", "bench", "scripts"];
const root = resolve(import.meta.dir, "..");
const configuration = join(root, ".dependency-cruiser.cjs");

interface Violation {
  rule: string;
  from: string;
  to: string;
}

interface Cruise {
  violations: Violation[];
  /** Source file → the module names it imports, as written. */
  modules: Map<string, string[]>;
}

/** Shape of `depcruise --output-type json`, as far as it is read here. */
interface CruiserOutput {
  modules: { source: string; dependencies: { module: string }[] }[];
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

/** Faults of the tree against the rule, one line each; empty when it holds. */
export async function dependencyFaults(): Promise<string[]> {
  const sources = await sourceFiles(root);
  if (sources.length === 0) return ["no source files found"];
  const cruise = await cruiseTree(root, presentFolders(sources));
  const advice = new Map((await rules()).map(({ name, comment }) => [name, comment]));
  const faults = cruise.violations.map(
    ({ rule, from, to }) => `${from} -> ${to}: ${rule}: ${advice.get(rule) ?? ""}`,
  );
  for (const source of sources) faults.push(...(await unseen(source, cruise.modules.get(source))));
  return [...faults, ...(await contractFaults())];
}

/**
 * Plants one violation a rule in a temporary tree and compares what is reported with what was planted: a rule that
 * stopped biting, one that bites too much, and a cruiser that reads no TypeScript all show.
 */
export async function proofFaults(): Promise<string[]> {
  const trees = plantedTrees();
  const caught = await Promise.all(trees.map(({ edges }) => violationsIn(filesOf(edges))));
  const faults: string[] = [];
  for (const [place, { violations, leftOut }] of trees.entries()) {
    const reported = (caught[place] ?? []).filter((line) => !line.startsWith(`${leftOut}: `));
    faults.push(
      ...violations
        .filter((line) => !reported.includes(line))
        .map((line) => `planted but not caught: ${line}`),
      ...reported.filter((line) => !violations.includes(line)).map((line) => `lawful but refused: ${line}`),
    );
  }
  const planted = trees.flatMap(({ violations }) => violations);
  const unproven = (await rules()).filter(
    ({ name }) => !planted.some((line) => line.startsWith(`${name}: `)),
  );
  return [
    ...faults,
    ...unproven.map(({ name }) => `${name}: has no violation in scripts/planted-violations.ts`),
  ];
}

/** Builds the tree in a temporary folder; what the cruiser reports there, as «rule: from -> to». */
async function violationsIn(files: Map<string, string>): Promise<string[]> {
  const tree = mkdtempSync(join(tmpdir(), "parley-planted-"));
  try {
    for (const [path, source] of files) {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      await Bun.write(join(tree, path), source);
    }
    const { violations } = await cruiseTree(tree, presentFolders([...files.keys()]));
    return [...new Set(violations.map(({ rule, from, to }) => `${rule}: ${from} -> ${named(to)}`))];
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

async function cruiseTree(tree: string, present: string[]): Promise<Cruise> {
  const cruiser = join(root, "node_modules/.bin/depcruise");
  const child = Bun.spawn([cruiser, ...present, "--config", configuration, "--output-type", "json"], {
    cwd: tree,
    env: { ...process.env, NODE_OPTIONS: `--require ${join(root, "scripts/read-tsx.cjs")}` },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [text, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (!text.startsWith("{"))
    throw new Error(`dependency-cruiser gave no report: ${complaint.trim() || text}`);
  const output = JSON.parse(text) as CruiserOutput;
  return {
    violations: output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    modules: new Map(output.modules.map((one) => [one.source, one.dependencies.map(({ module }) => module)])),
  };
}

/**
 * The cruiser passes what it does not see, so its reading is compared with a plain search of the text: a file that it
 * left out, or an import that it missed (its parser knows no `import("…")` inside a type, say), is a fault.
 */
async function unseen(source: string, seen: string[] | undefined): Promise<string[]> {
  if (seen === undefined) return [`${source}: not read by dependency-cruiser, so no rule was applied to it`];
  const text = await Bun.file(join(root, source)).text();
  const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g)];
  return specifiers
    .map(([, specifier]) => specifier ?? "")
    .filter((specifier) => !seen.includes(specifier))
    .map(
      (specifier) =>
        `${source}: dependency-cruiser did not see ${specifier}; write it as a plain import at the top`,
    );
}

/** The sdk imports types only, which the cruiser cannot tell from values: so contract.ts must hold nothing else. */
async function contractFaults(): Promise<string[]> {
  const contract = Bun.file(join(root, "server/src/contract.ts"));
  if (!(await contract.exists())) return [];
  const { imports, exports } = new Bun.Transpiler({ loader: "ts" }).scan(await contract.text());
  const values = [
    ...imports.map(({ path }) => `imports ${path}`),
    ...exports.map((name) => `exports ${name}`),
  ];
  return values.map((value) => `server/src/contract.ts ${value} at run time: it is for types only`);
}

/** All sources but tests, which may import anything. */
async function sourceFiles(tree: string): Promise<string[]> {
  const found = await Array.fromAsync(new Glob(`{${folders.join(",")}}/**/*.{ts,tsx}`).scan({ cwd: tree }));
  const isTest = (path: string) => path.endsWith(".test.ts") || /^(server|sdk)\/test\//.test(path);
  return found.filter((path) => !(isTest(path) || path.includes("node_modules/"))).toSorted();
}

function presentFolders(paths: string[]): string[] {
  return folders.filter((folder) => paths.some((path) => path.startsWith(`${folder}/`)));
}

interface Rule {
  name: string;
  comment: string;
}

async function rules(): Promise<Rule[]> {
  const loaded = (await import(configuration)) as { default: { forbidden: Rule[] } };
  return loaded.default.forbidden;
}

/** In the planted tree packages are reported by their file: back to the name that was imported. */
function named(module: string): string {
  return /^node_modules\/([^/]+)\//.exec(module)?.[1] ?? module;
}
