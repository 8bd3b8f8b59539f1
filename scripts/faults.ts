import { parseArgs } from "node:util";
import { Cleanup } from "../server/test/faults/machine/cleanup.ts";
import { scenarios } from "../server/test/faults/scenarios/index.ts";
import { type RunOptions, runScenarios } from "../server/test/faults/scenarios/run-scenarios.ts";

const usage = `npm run faults -- [--rounds N] [--only RE-01,RE-04] [--seed S] [--require-all]
Breaks a running server in every way of the list and checks that no acknowledged message is lost or doubled.
  --rounds N      rounds per scenario, 20 when not given; scenarios that take long play fewer
  --only A,B      these scenarios only: ${scenarios.map((scenario) => scenario.id).join(", ")}
  --seed S        the first round's seed, to repeat a round that failed
  --require-all   a scenario that this machine cannot run is a failure`;

/** Mounts made in a namespace of its own vanish with the last process in it, however that ends. */
async function runInOwnMountNamespace(): Promise<never> {
  const inner = Bun.spawn(
    [
      "unshare",
      "--mount",
      "--propagation",
      "private",
      process.execPath,
      import.meta.path,
      ...Bun.argv.slice(2),
    ],
    { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, PARLEY_FAULTS_NAMESPACE: "own" } },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => inner.kill(signal));
  process.exit(await inner.exited);
}

function canUnshare(): boolean {
  if (process.platform !== "linux" || Bun.which("unshare") === null) return false;
  return Bun.spawnSync(["unshare", "--mount", "--propagation", "private", "true"]).exitCode === 0;
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${text} is no whole number above 0`);
  return value;
}

interface Arguments extends Omit<RunOptions, "say"> {
  help: boolean;
}

/** @throws Error that says which argument is wrong. */
function readArguments(): Arguments {
  const { values } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      rounds: { type: "string" },
      only: { type: "string" },
      seed: { type: "string" },
      "require-all": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const only = values.only?.split(",") ?? [];
  const unknown = only.filter((id) => !scenarios.some((scenario) => scenario.id === id));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`);
  return {
    rounds: wholeNumber(values.rounds, 20),
    only,
    seed: wholeNumber(values.seed, 1 + Math.floor(Math.random() * 2 ** 31)),
    requireAll: values["require-all"],
    help: values.help,
  };
}

async function main(): Promise<number> {
  let options: Arguments;
  try {
    options = readArguments();
  } catch (fault) {
    console.error(`${fault instanceof Error ? fault.message : fault}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  if (process.env.PARLEY_FAULTS_NAMESPACE !== "own" && canUnshare()) return await runInOwnMountNamespace();
  Cleanup.runAllOnExit();
  try {
    const passed = await runScenarios(scenarios, { ...options, say: (line) => console.log(line) });
    return passed ? 0 : 1;
  } catch (failure) {
    console.error(`The run was broken off: ${failure instanceof Error ? failure.message : failure}`);
    return 1;
  }
}

process.exit(await main());
