import { fingerprint } from "../machine/data-folder.ts";
import { runCommand } from "../machine/server-process.ts";
import type { Round } from "./scenario.ts";

interface RefusedStart {
  dataDir: string;
  /** A start must have refused within this time. */
  limitMs: number;
  /** What one line of its output must say. */
  names: RegExp;
}

/**
 * Starts a server that has to refuse: within its time, with an exit code above 0, naming the cause in one line for a
 * person, without a stack, and without touching the database.
 */
export async function expectRefusedStart(round: Round, what: string, start: RefusedStart): Promise<void> {
  const before = fingerprint(start.dataDir);
  const finished = await runCommand(["serve"], { dataDir: start.dataDir, limitMs: start.limitMs + 3_000 });
  const { exitCode, tookMs, output } = finished;
  const said = output.trim().slice(-400);
  if (exitCode <= 0) {
    round.faults.push(`${what}: ${exitCode < 0 ? "the server started" : "the start ended with 0"}: ${said}`);
  } else {
    round.expect(exitCode < 128, `${what}: the start crashed with ${exitCode}: ${said}`);
    round.expectInTime(
      tookMs <= start.limitMs,
      `${what}: refused after ${Math.round(tookMs)} ms, limit ${start.limitMs}`,
    );
    round.expect(start.names.test(output), `${what}: no line says ${start.names}: ${said}`);
    round.expect(!/^\s+at .+:\d+/m.test(output), `${what}: the refusal shows a stack: ${said}`);
  }
  round.expect(fingerprint(start.dataDir) === before, `${what}: the start changed the database or its WAL`);
}
