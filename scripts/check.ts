/** `npm run check`: everything about the sources that needs no test run. One line a check; what failed is shown below it. */
import { dependencyFaults, proofFaults } from "./dependency-rule.ts";
import { exampleFaults } from "./openapi-examples.ts";
import { openApiFaults } from "./openapi-lint.ts";
import { releasedApiFaults } from "./released-api.ts";

interface Check {
  name: string;
  /** What is wrong, as text for a person; empty when all is well. */
  run(): Promise<string>;
}

const checks: Check[] = [
  { name: "types (tsc)", run: () => tool("tsc", "--noEmit", "--pretty", "false") },
  {
    name: "types of the documentation's script (tsc)",
    run: () => tool("tsc", "-p", "docs/site", "--pretty", "false"),
  },
  { name: "types of the web app (tsc)", run: () => tool("tsc", "-p", "web", "--pretty", "false") },
  {
    name: "format and lint (biome)",
    run: () => tool("biome", "check", "--error-on-warnings", "--max-diagnostics=50"),
  },
  { name: "dependency rule", run: () => lines(dependencyFaults()) },
  { name: "dependency rule catches planted violations", run: () => lines(proofFaults()) },
  { name: "OpenAPI document of the running app", run: () => lines(openApiFaults()) },
  { name: "examples of every route", run: () => lines(exampleFaults()) },
  { name: "nothing breaks clients of the last release", run: () => lines(releasedApiFaults()) },
  { name: "generated reference is up to date", run: () => run("scripts/reference.ts", "--check") },
];

/** A program of node_modules/.bin: its output when it fails. */
function tool(name: string, ...options: string[]): Promise<string> {
  return outputOfFailure(name, [`node_modules/.bin/${name}`, ...options]);
}

/** One of our own programs. */
function run(script: string, ...options: string[]): Promise<string> {
  return outputOfFailure(script, [process.execPath, script, ...options]);
}

async function outputOfFailure(name: string, argv: string[]): Promise<string> {
  const child = Bun.spawn(argv, {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, complaint, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return code === 0 ? "" : `${out}${complaint}`.trim() || `${name} ended with ${code}`;
}

async function lines(faults: Promise<string[]>): Promise<string> {
  return (await faults).join("\n");
}

async function report({ name, run }: Check): Promise<boolean> {
  const started = performance.now();
  const fault = await run().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${fault === "" ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (fault !== "") console.log(fault.replaceAll(/^/gm, "       "));
  return fault === "";
}

let failed = 0;
for (const check of checks) if (!(await report(check))) failed++;
console.log(failed === 0 ? "all checks passed" : `${failed} of ${checks.length} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
