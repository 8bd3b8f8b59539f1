import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Cleanup } from "./cleanup.ts";

/** Runs a system command; throws with its output when it fails. */
export function runTool(...words: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(words, { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${words.join(" ")}: ${stderr.toString().trim()}`);
  return stdout.toString();
}

/** A file system in memory of `megabytes`, mounted at `folder` until the cleanup runs. */
export function mountMemory(folder: string, megabytes: number, cleanup: Cleanup): void {
  mkdirSync(folder, { recursive: true });
  runTool("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "tmpfs", folder);
  cleanup.defer(() => unmount(folder));
}

/** Makes an empty ext4 image file. */
export function makeDiskImage(image: string, megabytes: number): void {
  writeFileSync(image, "");
  truncateSync(image, megabytes * 1024 * 1024);
  runTool("mkfs.ext4", "-q", "-F", image);
}

/** Mounts an image file at `folder` until the cleanup runs; an error on its disk turns it read-only. */
export function mountDiskImage(image: string, folder: string, cleanup: Cleanup): void {
  mkdirSync(folder, { recursive: true });
  runTool("mount", "-o", "loop,errors=remount-ro", image, folder);
  cleanup.defer(() => unmount(folder));
}

/** As `mountDiskImage`, read-only. It is mounted for writing first, since its journal may need that. */
export function mountDiskImageReadOnly(image: string, folder: string, cleanup: Cleanup): void {
  mountDiskImage(image, folder, cleanup);
  runTool("mount", "-o", "remount,ro", folder);
}

/**
 * Makes the kernel find an error on a mounted image, as a failing disk would: it turns read-only at once, also for
 * files that are open for writing (which a plain remount refuses).
 */
export function breakDiskImage(folder: string): void {
  const device = mountsNow().find((mount) => mount.folder === folder)?.device;
  if (!device) throw new Error(`${folder} is not mounted`);
  writeFileSync(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, "1");
}

/** Unmounts, if mounted. A process that was just killed may hold the mount a moment longer. */
export function unmount(folder: string): void {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (!mountsNow().some((mount) => mount.folder === folder)) return;
    if (Bun.spawnSync(["umount", folder]).exitCode === 0) return;
    Bun.sleepSync(50);
  }
  runTool("umount", "-l", folder);
}

function mountsNow(): { device: string; folder: string }[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => {
      const [device = "", folder = ""] = line.split(" ");
      return { device, folder };
    });
}
