import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** Something that a server said during the suite; scripts/suite-record.ts holds all of it against the reference. */
export type Said =
  | { kind: "answer"; method: string; path: string; status: number; body: unknown }
  | { kind: "frame" /** Its path. */; socket: string; body: unknown };

/** Set by `npm test` when the whole suite runs. */
const folder = process.env.PARLEY_TEST_RECORD;
const file = folder ? join(folder, `${process.pid}-${randomBytes(4).toString("hex")}.jsonl`) : null;

/** Of one route and status, or of one frame, so many are kept: the rest look alike. */
const keptOfEach = 5;
const counts = new Map<string, number>();

/** Notes what was said, if somebody wants to know. */
export function record(said: Said): void {
  if (file === null) return;
  const key = keyOf(said);
  const count = counts.get(key) ?? 0;
  if (count >= keptOfEach) return;
  counts.set(key, count + 1);
  appendFileSync(file, `${JSON.stringify(said)}\n`);
}

function keyOf(said: Said): string {
  if (said.kind === "frame") return `${said.socket} ${(said.body as { type?: unknown }).type}`;
  const path = said.path.split("?", 1)[0] ?? "";
  return `${said.method} ${path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "")} ${said.status}`;
}
