import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { Config } from "../../server/src/platform/config.ts";
import { inBytes } from "../quantity.ts";
import { broken, doubtful, type Finding, well } from "./finding.ts";

const leastFreeBytes = 1024 ** 3;
/** Each connection takes one, and so does each file. */
const leastDescriptors = 4_096;
const answerWithinMs = 2_000;

/** The folder can be used, is nobody else's to read, and has room. */
export function lookAtFolder({ dataDir }: Config): Finding[] {
  const about = "data folder";
  if (!existsSync(dataDir)) {
    const parent = nearestFolder(dataDir);
    const fault = writeFault(() => accessSync(parent, constants.W_OK | constants.X_OK));
    if (fault !== null) {
      return [
        broken(
          about,
          `${dataDir} cannot be made (${fault})`,
          "set PARLEY_DATA_DIR to a folder that this user may write",
        ),
      ];
    }
    return [well(about, `${dataDir}, made at the first start`), lookAtSpace(parent)];
  }
  const found = statSync(dataDir);
  if (!found.isDirectory()) {
    return [broken(about, `${dataDir} is no folder`, "set PARLEY_DATA_DIR to a folder")];
  }
  const probe = join(dataDir, `.doctor-${process.pid}`);
  const fault = writeFault(() => {
    writeFileSync(probe, "");
    rmSync(probe);
  });
  if (fault !== null) {
    return [broken(about, `${dataDir} cannot be written (${fault})`, mendWriting(dataDir, fault))];
  }
  if ((found.mode & 0o077) !== 0) {
    return [
      doubtful(about, `${dataDir} can be read by other users`, `chmod 700 '${dataDir}'`),
      lookAtSpace(dataDir),
    ];
  }
  return [well(about, `${dataDir}, writable`), lookAtSpace(dataDir)];
}

function mendWriting(dataDir: string, fault: string): string {
  if (fault === "EROFS") return `mount the disk of ${dataDir} writable`;
  if (fault === "ENOSPC" || fault === "EDQUOT") return `free space on the disk of ${dataDir}`;
  return `chown -R "$(id -un)" '${dataDir}' && chmod -R u+rwX '${dataDir}'`;
}

function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function writeFault(attempt: () => void): string | null {
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

/** The port is free, or a Parley answers on it. */
export async function lookAtPort({ port, host }: Config): Promise<Finding> {
  if (port === 0) return well("port", "PORT=0 picks a free one");
  const fault = await listenFault(port, host);
  if (fault === null) return well("port", `${port} on ${host} is free`);
  if (fault === "EADDRINUSE") return lookAtServer(port, host);
  if (fault === "EACCES") {
    return broken(
      "port",
      `${port} needs rights that this user lacks`,
      "set PORT to 1024 or above, behind a reverse proxy",
    );
  }
  return broken(
    "port",
    `${host} cannot be listened on (${fault})`,
    "set HOST to an address of this machine, such as 127.0.0.1",
  );
}

function listenFault(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error) => resolve(String((error as { code?: unknown }).code ?? error.message)));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)));
  });
}

async function lookAtServer(port: number, host: string): Promise<Finding> {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}/health`;
  const health = await readHealth(url);
  if (health === null) {
    return broken(
      "port",
      `${port} is in use by another program`,
      "stop that program, or set PORT to a free port",
    );
  }
  const text = `${port} is answered by Parley ${health.version}, ${health.status}`;
  if (health.status === "ok") return well("port", text);
  return doubtful("port", text, "its disk refuses writes: free space or rights, as the lines above say");
}

async function readHealth(url: string): Promise<{ status: string; version: string } | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs), redirect: "manual" });
    const body = (await answer.json()) as {
      success?: unknown;
      data?: { status?: unknown; version?: unknown };
    };
    if (body.success !== true || typeof body.data?.status !== "string") return null;
    return { status: body.data.status, version: String(body.data.version ?? "") };
  } catch {
    return null;
  }
}

/** Open files and connections that this user's processes may have. */
export function lookAtDescriptors(): Finding {
  const about = "open files";
  const most = descriptorLimit();
  if (most === null) return well(about, "the limit is not known on this system");
  const text = `limit ${Number.isFinite(most) ? most.toLocaleString("en") : "none"}`;
  if (most >= leastDescriptors) return well(about, text);
  return doubtful(
    about,
    `${text}: each connection takes one`,
    "ulimit -n 65536 before the start, or LimitNOFILE=65536 in systemd",
  );
}

function descriptorLimit(): number | null {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? null : soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return null;
  }
}
