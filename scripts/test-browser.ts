/**
 * `npm run test:browser [-- filters and flags of playwright]`: the web app in the machine's own Chromium, against
 * servers of its own. Playwright runs under Node.
 *
 *   --require-all   no Chromium is a failure; else it is said in one line and nothing is run
 *
 * The last line is `N passed, N failed`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");

/** Shape of Playwright's JSON report, as far as it is read here. */
interface Report {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

export function findChromium(): string | null {
  const given = process.env.PARLEY_TEST_CHROMIUM;
  const known = given === undefined ? ["/usr/bin/chromium", "/usr/bin/google-chrome"] : [given];
  return known.find((path) => existsSync(path)) ?? null;
}

/** Runs Playwright; the web app is built before, if its sources have changed. @returns its exit code. */
export async function playwright(
  chromium: string,
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  const build = Bun.spawnSync([process.execPath, "scripts/build.ts", "--if-stale"], {
    cwd: root,
    stdout: "inherit",
    stderr: "inherit",
  });
  if (!build.success) return build.exitCode;
  const child = Bun.spawn(["node", "node_modules/@playwright/test/cli.js", "test", ...args], {
    cwd: root,
    env: { ...process.env, PARLEY_TEST_CHROMIUM: chromium, ...env },
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
  });
  return await child.exited;
}

async function main(): Promise<number> {
  const requireAll = process.argv.includes("--require-all");
  const args = process.argv.slice(2).filter((argument) => argument !== "--require-all");
  const chromium = findChromium();
  if (chromium === null) {
    console.log(
      "Chromium not found: skipped the browser tests; install chromium or set PARLEY_TEST_CHROMIUM",
    );
    return requireAll ? 1 : 0;
  }
  const scratch = mkdtempSync(join(tmpdir(), "parley-browser-report-"));
  try {
    const file = join(scratch, "report.json");
    const code = await playwright(chromium, ["-c", "web/e2e", "--reporter=list,json", ...args], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    });
    const { stats } = JSON.parse(readFileSync(file, "utf8")) as Report;
    if (stats.skipped > 0)
      console.log(`${stats.skipped} skipped${requireAll ? ", which is not allowed here" : ""}`);
    if (stats.flaky > 0) console.log(`${stats.flaky} passed at a second try, see above`);
    console.log(`${stats.expected + stats.flaky} passed, ${stats.unexpected} failed`);
    return code === 0 && requireAll && stats.skipped > 0 ? 1 : code;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = await main();
