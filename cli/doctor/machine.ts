import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Config } from "../../server/src/platform/config.ts";
import { broken, doubtful, type Finding, well } from "./finding.ts";

/** Each connection takes one, and so does each file. */
const leastDescriptors = 4_096;
const answerWithinMs = 2_000;

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
