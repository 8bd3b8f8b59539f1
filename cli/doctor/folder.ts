import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { filesFolderName, searchFileName, sqliteFileName } from "../../server/src/app/open-database.ts";
import type { Config } from "../../server/src/platform/config.ts";
import { inBytes } from "../quantity.ts";
import { broken, doubtful, type Finding, well } from "./finding.ts";

const about = "data folder";
const leastFreeBytes = 1024 ** 3;
/** A full disk still takes files without content. */
const probeBytes = 4_096;
/** How names of what the server opens for writing begin; the folder may be a disk's root, with `lost+found` in it. */
const partNames = [sqliteFileName, searchFileName, filesFolderName, "lock"];

/** The folder can be used, is nobody else's to read, and has room. Whatever was tried is gone afterwards. */
export function lookAtFolder({ dataDir }: Config): Finding[] {
  if (!existsSync(dataDir)) return lookAtPlace(dataDir);
  const found = statSync(dataDir);
  if (!found.isDirectory()) {
    return [broken(about, `${dataDir} is no folder`, "set PARLEY_DATA_DIR to a folder")];
  }
  const probe = join(dataDir, `.doctor-${process.pid}`);
  const fault = faultOf(() => writeFileSync(probe, Buffer.alloc(probeBytes)));
  faultOf(() => rmSync(probe, { force: true }));
  if (fault !== null) {
    return [broken(about, `${dataDir} cannot be written (${fault})`, mendWriting(dataDir, fault))];
  }
  const locked = lookAtParts(dataDir);
  if (locked !== null) return [locked];
  if ((found.mode & 0o077) !== 0) {
    return [
      doubtful(about, `${dataDir} can be read by other users`, `chmod 700 '${dataDir}'`),
      lookAtSpace(dataDir),
    ];
  }
  return [well(about, `${dataDir}, writable`), lookAtSpace(dataDir)];
}

/** Where a folder that is not there yet would be made. */
function lookAtPlace(dataDir: string): Finding[] {
  let parent = dataDir;
  while (faultOf(() => lstatSync(parent)) !== null) parent = dirname(parent);
  const seen = faultOf(() => lstatSync(dataDir));
  const fault =
    seen !== null && seen !== "ENOENT"
      ? seen
      : faultOf(() => rmdirSync(mkdtempSync(join(parent, ".doctor-"))));
  if (fault !== null) {
    const text = `${dataDir} cannot be made in ${parent} (${fault})`;
    return [broken(about, text, mendMaking(dataDir, parent, fault))];
  }
  return [well(about, `${dataDir}, made at the first start`), lookAtSpace(parent)];
}

function mendMaking(dataDir: string, parent: string, fault: string): string {
  const another = "set PARLEY_DATA_DIR to a folder that this user may write";
  if ((fault === "ENOENT" || fault === "ELOOP") && lstatSync(parent).isSymbolicLink())
    return `${parent} is a link that leads nowhere: mend it, or ${another}`;
  if (fault === "ENOTDIR") return `${parent} is no folder: ${another}`;
  const remedy = diskRemedies[fault];
  if (remedy !== undefined) return `${remedy} (${parent}), or ${another}`;
  if (fault !== "EACCES" || process.getuid?.() === 0) return another;
  return `${another}, or make it as root: install -d -m 700 -o ${process.getuid?.()} '${dataDir}'`;
}

function mendWriting(path: string, fault: string): string {
  const remedy = diskRemedies[fault];
  if (remedy !== undefined) return `${remedy} (${path})`;
  return `as root: chown -R ${process.getuid?.()} '${path}' && chmod -R u+rwX '${path}'`;
}

const diskRemedies: Record<string, string> = {
  EROFS: "mount the disk writable",
  ENOSPC: "free space on the disk",
  EDQUOT: "free space on the disk",
};

/** A command run as another user (as root, mostly) leaves files that the server cannot open. */
function lookAtParts(dataDir: string): Finding | null {
  for (const name of readdirSync(dataDir)) {
    if (!partNames.some((part) => name.startsWith(part)) || name.includes(".before-restore-")) continue;
    const part = join(dataDir, name);
    const fault = faultOf(() => accessSync(part, constants.R_OK | constants.W_OK));
    if (fault === null) continue;
    const mend =
      fault === "ENOENT" ? `mount the disk that the link ${part} leads to` : mendWriting(dataDir, fault);
    return broken(about, `${part} cannot be read and written (${fault})`, mend);
  }
  return null;
}

function faultOf(attempt: () => void): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

function lookAtSpace(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const text = `${inBytes(free)} free`;
  if (free >= leastFreeBytes) return well("disk", text);
  return doubtful(
    "disk",
    text,
    `free at least ${inBytes(leastFreeBytes)} on the disk of ${folder}, or move PARLEY_DATA_DIR to a larger one`,
  );
}
