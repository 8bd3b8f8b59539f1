import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "./mounts.ts";

export type DiskOperation = "write" | "sync" | "open";
type DiskFailure = "EIO" | "ENOSPC" | "short";

export interface DiskFault {
  operation: DiskOperation;
  /** Which operation of its kind fails, counted from 1 at the start of the process. */
  nth: number;
  failure: DiskFailure;
}

export interface FaultyDisk {
  dataDir: string;
  log: string;
  fault?: DiskFault;
  /** Every sync takes this much longer, in milliseconds. */
  syncMs?: number;
  /** Log every operation, not only the failing one. */
  trace?: boolean;
}

/** Compiles the preload library into `folder`, once. */
export function buildFaultyDisk(folder: string): string {
  const library = join(folder, "faulty-disk.so");
  if (!existsSync(library)) {
    runTool("cc", "-O2", "-shared", "-fPIC", "-o", library, join(import.meta.dir, "faulty-disk.c"), "-ldl");
  }
  return library;
}

/** The environment that gives a server a faulty disk. */
export function faultyDiskEnv(library: string, disk: FaultyDisk): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAULTY_DISK_DIR: disk.dataDir,
    FAULTY_DISK_LOG: disk.log,
    FAULTY_DISK_TRACE: disk.trace ? "1" : "0",
    FAULTY_DISK_SYNC_MS: String(disk.syncMs ?? 0),
    ...(disk.fault && {
      FAULTY_DISK_OPERATION: disk.fault.operation,
      FAULTY_DISK_NTH: String(disk.fault.nth),
      FAULTY_DISK_FAILURE: disk.fault.failure,
    }),
  };
}

interface LoggedOperation {
  operation: DiskOperation;
  nth: number;
  /** Relative to the data folder. */
  file: string;
}

/** What the preload library logged; nothing when it never wrote. */
export function readFaultyDiskLog(log: string): LoggedOperation[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [operation = "", nth = "", ...file] = line.split(" ");
      return { operation: operation as DiskOperation, nth: Number(nth), file: file.join(" ") };
    });
}
