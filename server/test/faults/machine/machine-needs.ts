import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Need = "linux" | "compiler" | "mount" | "disk image" | "tracer" | "clock";

const clockLibraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map(
  (triple) => `/usr/lib/${triple}/faketime/libfaketime.so.1`,
);

/** The preload library that shifts a process's clock; throws where it is not installed. */
export function clockLibrary(): string {
  const found = clockLibraries.find((file) => existsSync(file));
  if (!found) throw new Error("libfaketime is not installed");
  return found;
}

const checks: Record<Need, { met: () => boolean; remedy: string }> = {
  linux: { met: () => process.platform === "linux", remedy: "Linux, for its /proc and its socket filters" },
  compiler: { met: () => Bun.which("cc") !== null, remedy: "a C compiler: apt-get install gcc libc6-dev" },
  mount: { met: mayMount, remedy: "the right to mount: run as root (a container needs --privileged)" },
  "disk image": {
    met: () => Bun.which("mkfs.ext4") !== null && mayMount() && existsSync("/dev/loop-control"),
    remedy: "loop devices and the right to mount: run as root on a host, apt-get install e2fsprogs",
  },
  tracer: {
    met: mayTrace,
    remedy: "a tracer that may trace: apt-get install strace (a container needs SYS_PTRACE)",
  },
  clock: {
    met: () => clockLibraries.some((file) => existsSync(file)),
    remedy: "a movable clock: apt-get install libfaketime",
  },
};

/** What this machine lacks of `needs`, each as what to do about it. */
export function missingNeeds(needs: readonly Need[]): string[] {
  return needs.filter((need) => !isMet(need)).map((need) => checks[need].remedy);
}

const known = new Map<Need, boolean>();

function isMet(need: Need): boolean {
  const before = known.get(need);
  if (before !== undefined) return before;
  const met = checks[need].met();
  known.set(need, met);
  return met;
}

function succeeds(...words: string[]): boolean {
  try {
    return Bun.spawnSync(words, { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exitCode === 0;
  } catch {
    return false;
  }
}

function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "parley-faults-mount-"));
  try {
    return succeeds("mount", "-t", "tmpfs", "tmpfs", folder) && succeeds("umount", folder);
  } finally {
    rmdirSync(folder);
  }
}

function mayTrace(): boolean {
  return Bun.which("strace") !== null && succeeds("strace", "-f", "-o", "/dev/null", "true");
}
