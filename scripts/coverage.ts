import { relative } from "node:path";
import { Glob } from "bun";
import { mergeLcov } from "./lcov.ts";

/** Least share of the lines of server/src that the suite must run, in percent. */
const floor = 90;
const listed = 10;
const sources = "server/src/**/*.ts";

interface FileCoverage {
  path: string;
  lines: number;
  missed: number;
}

/**
 * Prints the covered share of the lines of server/src over all `lcovFiles` together and the least covered files.
 * A source that no test loaded counts with all its lines. Returns whether the floor holds.
 */
export async function coverageHolds(lcovFiles: string[]): Promise<boolean> {
  const texts = await Promise.all(lcovFiles.map((file) => Bun.file(file).text()));
  const hits = mergeLcov(texts);
  const files: FileCoverage[] = [];
  for await (const path of new Glob(sources).scan()) {
    if (path.endsWith(".test.ts")) continue;
    const lines = hits.get(path) ?? hits.get(relative("", path));
    files.push(lines === undefined ? await neverLoaded(path) : counted(path, [...lines.values()]));
  }
  const total = files.reduce((sum, file) => sum + file.lines, 0);
  const missed = files.reduce((sum, file) => sum + file.missed, 0);
  const share = total === 0 ? 0 : (100 * (total - missed)) / total;
  const worst = files
    .filter((file) => file.missed > 0)
    .toSorted((one, other) => shareOf(one) - shareOf(other));
  console.log(
    `\nserver/src: ${share.toFixed(1)} % of ${total} lines covered (floor ${floor} %); least covered:`,
  );
  for (const file of worst.slice(0, listed)) {
    console.log(
      `  ${shareOf(file).toFixed(1).padStart(5)} %  ${file.path} (${file.missed} of ${file.lines} missed)`,
    );
  }
  return share >= floor;
}

function shareOf(file: FileCoverage): number {
  return (100 * (file.lines - file.missed)) / file.lines;
}

function counted(path: string, hits: number[]): FileCoverage {
  return { path, lines: hits.length, missed: hits.filter((count) => count === 0).length };
}

/** What is left of the file as JavaScript: nothing for one that holds types only. */
async function neverLoaded(path: string): Promise<FileCoverage> {
  const script = new Bun.Transpiler({ loader: "ts" }).transformSync(await Bun.file(path).text());
  const lines = script.split("\n").filter((line) => line.trim() !== "").length;
  return { path, lines, missed: lines };
}
