import { randomBytes } from "node:crypto";
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private PostgreSQL for tests: its own folder, port and password, gone after `stop`. */
export interface Postgres {
  /** `postgres://…` of a superuser, for PARLEY_TEST_DATABASE_URL. */
  url: string;
  /** Stops the server and removes its folder. May be called more than once. */
  stop(): Promise<void>;
}

/** Speed for durability: the cluster lives as long as the tests. Crashes of Parley are tested, not of PostgreSQL. */
const settings = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "max_connections=300",
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "logging_collector=off",
  "log_min_messages=fatal",
];

const startAttempts = 3;
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/** The folder with `initdb` and `postgres`: on PATH, or Debian's newest; null where there is none. */
export function findPostgres(): string | null {
  const debian = "/usr/lib/postgresql";
  const folders = [
    ...(process.env.PATH ?? "").split(":").filter((folder) => folder !== ""),
    ...versionFolders(debian).map((version) => join(debian, version, "bin")),
  ];
  const complete = (folder: string) =>
    ["initdb", "postgres"].every((name) => isExecutable(join(folder, name)));
  return folders.find(complete) ?? null;
}

/**
 * Makes a cluster in a new folder under `parent` and starts it on a free port of 127.0.0.1.
 * It dies with this process, even when that is killed.
 * @throws Error with PostgreSQL's own words when it does not come up.
 */
export async function startPostgres(binaries: string, parent = tmpdir()): Promise<Postgres> {
  const folder = mkdtempSync(join(parent, "parley-postgres-"));
  try {
    const account = process.getuid?.() === 0 ? await unprivilegedAccount() : null;
    if (account !== null) chownSync(folder, account.uid, account.gid);
    const password = randomBytes(16).toString("hex");
    await makeCluster(binaries, folder, account, password);
    return await startOnFreePort(binaries, folder, account, password);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Account {
  uid: number;
  gid: number;
}

/** initdb and postgres refuse to run as root. */
async function unprivilegedAccount(): Promise<Account> {
  for (const name of ["postgres", "nobody"]) {
    const uid = await output(["id", "-u", name]);
    const gid = await output(["id", "-g", name]);
    if (uid !== null && gid !== null) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.");
}

/** `--pdeathsig INT` has the kernel ask PostgreSQL for a fast shutdown when this process dies. */
function unprivileged(account: Account | null, command: string[]): string[] {
  if (account === null)
    return Bun.which("setpriv") === null ? command : ["setpriv", "--pdeathsig", "INT", ...command];
  const { uid, gid } = account;
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  return ["setpriv", ...identity, "--pdeathsig", "INT", ...command];
}

async function makeCluster(binaries: string, folder: string, account: Account | null, password: string) {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== null) chownSync(passwordFile, account.uid, account.gid);
  const command = unprivileged(account, [
    join(binaries, "initdb"),
    `--pgdata=${join(folder, "data")}`,
    "--username=parley",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
  ]);
  const initdb = Bun.spawn(command, { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [said, complained] = await Promise.all([
    new Response(initdb.stdout).text(),
    new Response(initdb.stderr).text(),
  ]);
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed: ${complained.trim() || said.trim()}`);
  rmSync(passwordFile);
}

/** Between finding a free port and using it another process may take it: then the next one. */
async function startOnFreePort(
  binaries: string,
  folder: string,
  account: Account | null,
  password: string,
): Promise<Postgres> {
  let complaint = "";
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    const port = await freePort();
    const command = unprivileged(account, [
      join(binaries, "postgres"),
      "-D",
      join(folder, "data"),
      "-p",
      String(port),
      ...settings.flatMap((setting) => ["-c", setting]),
    ]);
    const server = Bun.spawn(command, { cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    const stderr = new Response(server.stderr).text();
    const url = `postgres://parley:${password}@127.0.0.1:${port}/postgres`;
    if (await answers(url, server)) return { url, stop: stopper(server, folder) };
    server.kill("SIGKILL");
    await server.exited;
    complaint = (await stderr).trim();
  }
  throw new Error(`PostgreSQL did not start: ${complaint}`);
}

function stopper(server: Bun.Subprocess, folder: string): () => Promise<void> {
  return async () => {
    const timer = setTimeout(() => server.kill("SIGQUIT"), stopTimeoutMs);
    server.kill("SIGINT");
    await server.exited;
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** True once a query is answered; false when the server has ended or its time is up. */
async function answers(url: string, server: Bun.Subprocess): Promise<boolean> {
  const deadline = performance.now() + startTimeoutMs;
  while (server.exitCode === null && performance.now() < deadline) {
    const client = new Bun.SQL(url, { max: 1, connectionTimeout: 1 });
    try {
      await client`select 1`;
      return true;
    } catch {
      await Bun.sleep(50);
    } finally {
      await client.close();
    }
  }
  return false;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function output(command: string[]): Promise<string | null> {
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const text = await new Response(child.stdout).text();
  return (await child.exited) === 0 ? text.trim() : null;
}

function versionFolders(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted((one, other) => Number(other) - Number(one));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
