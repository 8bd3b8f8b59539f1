import { constants, Database as Handle } from "bun:sqlite";
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { pathToFileURL } from "node:url";
import type {
  SideAnswer,
  SideCell,
  SideDatabase,
  SideFailure,
  SideJobs,
  SideRequest,
  SideThreadOptions,
} from "./side-database.ts";

declare const self: Worker;

type Started = Omit<SideThreadOptions, "jobs"> & { jobs: string };

/** The first message says what to open; each later one is a job. */
let opened: Promise<{ jobs: SideJobs; database: SideDatabase }> | null = null;

self.onmessage = ({ data }: MessageEvent<Started | SideRequest>) => {
  if ("jobs" in data) opened = open(data);
  else void answer(data);
};

async function answer({ id, job, input }: SideRequest): Promise<void> {
  let said: SideAnswer;
  try {
    if (opened === null) throw new Error("nothing was opened");
    const { jobs, database } = await opened;
    said = { id, output: await jobs[job]?.(database, input as never) };
  } catch (error) {
    said = { id, failure: describe(error) };
  }
  self.postMessage(said);
}

function describe(error: unknown): SideFailure {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { message: String(message ?? error), code: typeof code === "string" ? code : "" };
}

async function open({ file, mainFile, jobs, niceness }: Started) {
  standBack(niceness);
  const database = openBeside(file, mainFile);
  const module = (await import(jobs)) as { jobs: SideJobs };
  return { jobs: module.jobs, database };
}

/** The kernel knows threads by ids of their own; elsewhere than on Linux the thread runs like any other. */
function standBack(niceness: number): void {
  try {
    const id = readlinkSync("/proc/thread-self").split("/").at(-1);
    setPriority(Number(id), niceness);
  } catch {
    // Its work is then not put behind that of others: slower for them under full load, and right all the same.
  }
}

function openBeside(file: string, mainFile: string): SideDatabase {
  const { SQLITE_OPEN_CREATE, SQLITE_OPEN_READWRITE, SQLITE_OPEN_URI } = constants;
  const handle = new Handle(file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI);
  handle.run("pragma busy_timeout = 5000");
  handle.run("pragma journal_mode = wal");
  // What a power cut takes is made again: nothing here is the only copy of anything.
  handle.run("pragma synchronous = normal");
  handle.run("pragma cache_size = -8192");
  handle.run("pragma temp_store = memory");
  // Whatever a job says, the engine lets it write nothing there.
  const reading = pathToFileURL(mainFile);
  reading.searchParams.set("mode", "ro");
  handle.query("attach ? as parley").run(reading.href);
  return {
    all: <Row>(text: string, ...parameters: SideCell[]) => handle.query(text).all(...parameters) as Row[],
    run: (text, ...parameters) => void handle.query(text).run(...parameters),
    insert: (text, ...parameters) => Number(handle.query(text).run(...parameters).lastInsertRowid),
    transaction: (work) => {
      handle.run("begin");
      try {
        const result = work();
        handle.run("commit");
        return result;
      } catch (error) {
        if (handle.inTransaction) handle.run("rollback");
        throw error;
      }
    },
  };
}
