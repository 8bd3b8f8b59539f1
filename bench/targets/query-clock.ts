/**
 * Preloaded into the server under test (`bun --preload`): adds up the time of every SQLite statement that
 * runs in the main thread and writes «count total-ms» to the file named by PARLEY_BENCH_QUERY_FILE four
 * times a second.
 */
import { Database } from "bun:sqlite";
import { writeFileSync } from "node:fs";

const path = process.env.PARLEY_BENCH_QUERY_FILE;
let count = 0;
let totalMs = 0;
let depth = 0;
let written = -1;

// A statement carries its methods itself, so each is met where it is made.
const timedStatements = new WeakSet<object>();
for (const name of ["query", "prepare"]) {
  const original: unknown = Reflect.get(Database.prototype, name);
  if (typeof original !== "function") continue;
  define(Database.prototype, name, function (this: unknown, ...parameters: unknown[]): unknown {
    const statement: unknown = Reflect.apply(original, this, parameters);
    if (typeof statement === "object" && statement !== null && !timedStatements.has(statement)) {
      timedStatements.add(statement);
      timeMethods(statement, ["all", "get", "run", "values", "raw"]);
    }
    return statement;
  });
}
timeMethods(Database.prototype, ["run", "exec"]);

if (path !== undefined) {
  setInterval(() => {
    if (count === written) return;
    written = count;
    writeFileSync(path, `${count} ${totalMs}`);
  }, 250).unref();
}

/** Replaces the methods by ones that time themselves; a call inside a timed call counts once. */
function timeMethods(target: object, names: readonly string[]): void {
  for (const name of names) {
    const original: unknown = Reflect.get(target, name);
    if (typeof original !== "function") continue;
    define(target, name, function (this: unknown, ...parameters: unknown[]): unknown {
      const start = depth++ === 0 ? performance.now() : 0;
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        if (--depth === 0) {
          count++;
          totalMs += performance.now() - start;
        }
      }
    });
  }
}

function define(
  target: object,
  name: string,
  value: (this: unknown, ...parameters: unknown[]) => unknown,
): void {
  Reflect.defineProperty(target, name, { configurable: true, writable: true, value });
}
