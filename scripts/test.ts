/**
 * `npm test [-- filters and flags of bun test]`: the suite on SQLite, then again on PostgreSQL.
 *
 *   --database sqlite|postgres   only that one
 *   --coverage                   lines of server/src in the first run; fails under the floor of coverage.ts
 *   --require-all                a missing PostgreSQL or a skipped test is a failure
 *   --second-try                 a test that failed is tried once more, and named at the end: a machine that others
 *                                use too may stall for longer than a test waits
 *
 * When the whole suite runs, what the servers said is held against the reference (suite-record.ts).
 *
 * PostgreSQL is PARLEY_TEST_DATABASE_URL if set, else a private one made of the binaries on this machine.
 * The last line is `N passed, N failed`, the sum of the runs.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";
import { coverageHolds } from "./coverage.ts";
import { findPostgres, type Postgres, startPostgres } from "./postgres.ts";
import { createTemplate } from "./postgres-template.ts";
import { recordFaults } from "./suite-record.ts";
import { readLate, readSummary, type Summary } from "./test-summary.ts";

const folders = ["server", "cli", "sdk", "web/src", "widget", "bench", "scripts"];
const testTimeoutMs = 20_000;
/** One more than cores: many tests wait rather than compute. Each file then has a process-wide state of its own. */
const workers = Math.min(availableParallelism() + 1, 6);
/** Their tests wait for the protocols' long times and compute next to nothing: they run beside the workers, not in one. */
const patientFiles = "server/test/surfaces/*-patience.test.ts";

const memoryDisk = "/dev/shm";
const memoryDiskBytes = 4 * 1024 ** 3;

/** Flags of `bun test` whose value may stand in the next argument, which is then no filter. */
const flagsWithValue = [
  "-t",
  "--test-name-pattern",
  "--timeout",
  "--seed",
  "--retry",
  "--rerun-each",
  "--shard",
];

type Database = "sqlite" | "postgres";

interface Options {
  databases: Database[];
  coverage: boolean;
  requireAll: boolean;
  secondTry: boolean;
  /** For `bun test`. */
  passedOn: string[];
}

/** Where a run leaves what is read after it. */
interface Folders {
  /** For all that the tests write. */
  scratch: string;
  /** What the tests covered; null: nobody asks. */
  lcov: string | null;
  /** What the servers said; null: only a part of the suite runs, which says nothing of the whole. */
  record: string | null;
}

/** What one `bun test` of a suite runs. */
interface Part {
  arguments: string[];
  workers: number;
  /** What it says is shown when all have ended; else as it comes. */
  held: boolean;
}

interface Run extends Summary {
  ok: boolean;
  /** Tests that passed at the second try only, each with the database it ran on. */
  late: string[];
}

let interrupted = false;
const running = new Set<Bun.Subprocess>();

function interrupt(): void {
  interrupted = true;
  for (const child of running) child.kill("SIGTERM");
}

function readOptions(given: string[]): Options {
  const options: Options = {
    databases: ["sqlite", "postgres"],
    coverage: false,
    requireAll: false,
    secondTry: false,
    passedOn: [],
  };
  for (let place = 0; place < given.length; place++) {
    const argument = given[place] ?? "";
    const [flag, value] = argument.split("=", 2);
    if (argument === "--coverage") options.coverage = true;
    else if (argument === "--require-all") options.requireAll = true;
    else if (argument === "--second-try") options.secondTry = true;
    else if (flag === "--database") {
      const name = value ?? given[++place];
      if (name !== "sqlite" && name !== "postgres") {
        console.error("--database takes sqlite or postgres");
        process.exit(2);
      }
      options.databases = [name];
    } else if (argument !== "--") options.passedOn.push(argument);
  }
  return options;
}

/** Whether files are named. Flags alone name none. */
function hasFilter(passedOn: string[]): boolean {
  return passedOn.some(
    (argument, place) => !argument.startsWith("-") && !flagsWithValue.includes(passedOn[place - 1] ?? ""),
  );
}

/** Filters given by hand replace the folders. */
function partsOf(passedOn: string[]): Part[] {
  if (hasFilter(passedOn)) return [{ arguments: passedOn, workers, held: false }];
  const all = [...passedOn, ...folders.filter((folder) => existsSync(folder)).map((folder) => `./${folder}`)];
  if (passedOn.length > 0) return [{ arguments: all, workers, held: false }];
  const patient = [...new Glob(patientFiles).scanSync()].map((file) => `./${file}`);
  return [
    { arguments: [`--path-ignore-patterns=${patientFiles}`, ...all], workers, held: false },
    { arguments: patient, workers: patient.length, held: true },
  ].filter((part) => part.workers > 0);
}

/** Runs the suite once. All output goes to stdout, so that the closing line stays last in any log. */
async function runSuite(
  title: string,
  options: Options,
  database: Record<string, string>,
  folders: Folders,
): Promise<Run> {
  console.log(`\n— ${title} —`);
  const runs = await Promise.all(
    partsOf(options.passedOn).map((part, place) => {
      const coverage = folders.lcov === null ? null : join(folders.lcov, String(place));
      return runPart(title, part, options, { ...environmentOf(folders), ...database }, coverage);
    }),
  );
  for (const { held } of runs) process.stdout.write(held);
  return {
    passed: sumOf(runs, (run) => run.passed),
    failed: sumOf(runs, (run) => run.failed),
    skipped: sumOf(runs, (run) => run.skipped),
    ok: runs.every((run) => run.ok),
    late: runs.flatMap((run) => run.late),
  };
}

function environmentOf(folders: Folders): Record<string, string | undefined> {
  const { PARLEY_TEST_DATABASE_URL: _, ...environment } = process.env;
  return {
    ...environment,
    TMPDIR: folders.scratch,
    ...(folders.record === null ? {} : { PARLEY_TEST_RECORD: folders.record }),
    ...(process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: "1" } : {}),
  };
}

/** @param lcov where what it covers is told; null: nowhere. */
async function runPart(
  title: string,
  part: Part,
  options: Options,
  env: Record<string, string | undefined>,
  lcov: string | null,
): Promise<Run & { held: string }> {
  const child = Bun.spawn(
    [
      process.execPath,
      "test",
      "--no-orphans",
      `--parallel=${part.workers}`,
      `--timeout=${testTimeoutMs}`,
      ...(options.secondTry ? ["--retry=1"] : []),
      ...(lcov === null ? [] : ["--coverage", "--coverage-reporter=lcov", `--coverage-dir=${lcov}`]),
      ...part.arguments,
    ],
    { env, stdin: "ignore", stdout: "inherit", stderr: "pipe" },
  );
  running.add(child);
  const decoder = new TextDecoder();
  let said = "";
  for await (const chunk of child.stderr) {
    if (!part.held) process.stdout.write(chunk);
    said += decoder.decode(chunk, { stream: true });
  }
  const code = await child.exited;
  running.delete(child);
  const late = readLate(said).map((name) => `${title}: ${name}`);
  return { ...readSummary(said), ok: code === 0, late, held: part.held ? said : "" };
}

function sumOf(runs: readonly Run[], count: (run: Run) => number): number {
  return runs.reduce((total, run) => total + count(run), 0);
}

/** Null: no PostgreSQL at hand. */
async function openPostgres(): Promise<Postgres | null> {
  const given = process.env.PARLEY_TEST_DATABASE_URL;
  if (given !== undefined && given !== "") return { url: given, stop: () => Promise.resolve() };
  const binaries = findPostgres();
  return binaries === null ? null : await startPostgres(binaries, fastDisk());
}

async function runOnPostgres(options: Options, folders: Folders, missed: number): Promise<Run | null> {
  const postgres = await openPostgres();
  if (postgres === null) {
    const what = missed > 0 ? `${missed} tests` : "the suite";
    console.log(
      `PostgreSQL not found: skipped ${what} on it; install postgresql or set PARLEY_TEST_DATABASE_URL`,
    );
    return null;
  }
  try {
    const template = await createTemplate(postgres.url, folders.scratch);
    const env = { PARLEY_TEST_DATABASE_URL: postgres.url, PARLEY_TEST_TEMPLATE: template.name };
    try {
      return interrupted ? null : await runSuite("PostgreSQL", options, env, folders);
    } finally {
      await template.drop();
    }
  } finally {
    await postgres.stop();
  }
}

async function recordHolds(folder: string): Promise<boolean> {
  const faults = await recordFaults(folder);
  for (const fault of faults) console.log(`reference: ${fault}`);
  if (faults.length === 0)
    console.log("every route was called, and every answer and frame was as documented");
  return faults.length === 0;
}

/** The wanted runs one after the other; `ok` is false when one that must be there is missing or lines are not covered. */
async function runAll(options: Options, scratch: string): Promise<{ runs: Run[]; ok: boolean }> {
  const lcov = join(scratch, "lcov");
  const record = options.passedOn.length === 0 ? join(scratch, "record") : null;
  if (record !== null) mkdirSync(record);
  // Counting lines costs time, and the second run hardly reaches others.
  const folders = (name: Database): Folders => ({
    scratch,
    lcov: options.coverage && name === options.databases[0] ? lcov : null,
    record,
  });
  const runs: Run[] = [];
  let ok = true;
  if (options.databases.includes("sqlite"))
    runs.push(await runSuite("SQLite", options, {}, folders("sqlite")));
  if (options.databases.includes("postgres") && !interrupted) {
    const run = await runOnPostgres(options, folders("postgres"), runs[0]?.passed ?? 0);
    if (run !== null) runs.push(run);
    else if (options.requireAll || options.databases.length === 1) ok = false;
  }
  if (options.coverage && !interrupted) {
    const reports = [...new Glob("*/lcov.info").scanSync(lcov)].map((file) => join(lcov, file));
    ok = (await coverageHolds(reports)) && ok;
  }
  if (record !== null && !interrupted) ok = (await recordHolds(record)) && ok;
  return { runs, ok };
}

/** In memory where there is room: most of what a test server's start takes is the making of files. */
function fastDisk(): string {
  if (!existsSync(memoryDisk)) return tmpdir();
  const { bavail, bsize } = statfsSync(memoryDisk);
  return bavail * bsize > memoryDiskBytes ? memoryDisk : tmpdir();
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const scratch = mkdtempSync(join(fastDisk(), "parley-test-"));
  const { runs, ok } = await runAll(options, scratch).finally(() =>
    rmSync(scratch, { recursive: true, force: true }),
  );
  for (const name of runs.flatMap((run) => run.late)) console.log(`passed at the second try: ${name}`);
  const skipped = sumOf(runs, (run) => run.skipped);
  const forbiddenSkips = options.requireAll && skipped > 0;
  if (skipped > 0) console.log(`${skipped} skipped${forbiddenSkips ? ", which is not allowed here" : ""}`);
  console.log(`${sumOf(runs, (run) => run.passed)} passed, ${sumOf(runs, (run) => run.failed)} failed`);
  if (interrupted) return 130;
  return ok && !forbiddenSkips && runs.every((run) => run.ok) ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
process.exitCode = await main();
