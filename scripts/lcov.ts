/** Line number → how often it ran. */
type LineHits = Map<number, number>;

/**
 * Adds up several lcov reports: a line is covered when any of them ran it.
 * Keys are the paths as the reports give them (relative to where the tests ran).
 */
export function mergeLcov(reports: string[]): Map<string, LineHits> {
  const files = new Map<string, LineHits>();
  for (const report of reports) {
    let lines: LineHits = new Map();
    for (const row of report.split("\n")) {
      if (row.startsWith("SF:")) {
        const path = row.slice("SF:".length).trim();
        lines = files.get(path) ?? new Map();
        files.set(path, lines);
      }
      const hit = /^DA:(\d+),(\d+)/.exec(row);
      if (hit !== null) {
        const line = Number(hit[1]);
        lines.set(line, (lines.get(line) ?? 0) + Number(hit[2]));
      }
    }
  }
  return files;
}
