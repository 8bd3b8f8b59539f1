/** What one run of `bun test` counted. */
export interface Summary {
  passed: number;
  /** Tests that failed, and files that could not be loaded. */
  failed: number;
  /** Skipped and todo. */
  skipped: number;
}

/**
 * Reads the block at the end of what `bun test` writes to stderr: ` 12 pass`, ` 1 fail`, …, `Ran 13 tests across …`.
 * Only the last block counts, because a test may print such lines itself. All zero where there is none.
 */
export function readSummary(stderr: string): Summary {
  const lines = Bun.stripANSI(stderr).trimEnd().split(/\r?\n/);
  const end = lines.findLastIndex((line) => /^Ran \d+ tests? across/.test(line));
  const summary: Summary = { passed: 0, failed: 0, skipped: 0 };
  for (let place = end - 1; place >= 0; place--) {
    const counted = /^\s*(\d+) (pass|fail|skip|todo|error|errors|filtered out|expect\(\) calls)$/.exec(
      lines[place] ?? "",
    );
    if (counted === null) break;
    const count = Number(counted[1]);
    if (counted[2] === "pass") summary.passed = count;
    else if (counted[2] === "fail") summary.failed = count;
    else if (counted[2] === "skip" || counted[2] === "todo") summary.skipped += count;
  }
  return summary;
}

/** Names of the tests that failed at first and then passed, where `bun test` was told to try again. */
export function readLate(stderr: string): string[] {
  return [...Bun.stripANSI(stderr).matchAll(/^\(pass\) (.*) \(attempt \d+\)/gm)].map(([, name = ""]) => name);
}
