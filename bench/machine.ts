import { Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, statfsSync, writeSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { quantile } from "./report.ts";
import { CAN_PIN, GENERATOR_CPU, SERVER_CPU } from "./targets/measured-process.ts";
import type { Workspace } from "./targets/workspace.ts";

const TMPFS_MAGIC = 0x01021994;

/** Keeps this process, which makes the load, off the server's CPU. */
export function pinGenerator(): void {
  if (CAN_PIN) Bun.spawnSync(["taskset", "-acp", String(GENERATOR_CPU), String(process.pid)]);
}

/** True where fsync costs nothing because the folder is in memory: figures from there prove nothing. */
export function isInMemory(path: string): boolean {
  return statfsSync(path).type === TMPFS_MAGIC;
}

/** What a reader needs to judge the table: machine, versions, pinning, and what one fsync costs here. */
export function machineFacts(workspace: Workspace): string[] {
  const models = cpus().map((cpu) => cpu.model);
  const database = new Database(":memory:");
  const sqlite = database.query<{ version: string }, []>("select sqlite_version() as version").get();
  database.close();
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  const pinned = CAN_PIN
    ? `server on CPU ${SERVER_CPU}, load generator on CPU ${GENERATOR_CPU}`
    : "not pinned (needs two CPUs and taskset): server and generator disturb each other";
  return [
    `Machine: ${models[0] ?? "unknown CPU"}, ${models.length} cores, ${gigabytes} GB, Linux ${release()}; ${pinned}`,
    `Bun ${Bun.version}, SQLite ${sqlite?.version ?? "unknown"}; a synced append of 150 bytes: ${syncedAppendUs(workspace)} µs (median)`,
    `Other work on the machine when the run began: load average ${(loadavg()[0] ?? 0).toFixed(1)} (above 0.5, trust CPU figures only)`,
    `Measured ${new Date().toISOString().slice(0, 10)} by \`npm run bench\``,
  ];
}

function syncedAppendUs(workspace: Workspace): string {
  const file = openSync(workspace.fresh("append"), "a");
  const row = Buffer.alloc(150, 0x78);
  const samples: number[] = [];
  for (let turn = 0; turn < 300; turn++) {
    const start = performance.now();
    writeSync(file, row);
    fsyncSync(file);
    samples.push((performance.now() - start) * 1000);
  }
  closeSync(file);
  return quantile(samples, 0.5).toFixed(0);
}
