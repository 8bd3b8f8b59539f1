import { rmSync } from "node:fs";
import { SideError, SideThread } from "../../platform/db/side/side-thread.ts";
import type { HitPage, Reached, SearchIndex, SearchRequest } from "./search-index.ts";
import type { SqliteIndexJobs } from "./sqlite-index.jobs.ts";

/** Indexing takes what nobody else needs; questions are waited for. */
const indexingNiceness = 19;
const askingNiceness = 0;

/** The index in a file of its own, written by one thread and asked through another: the main thread only passes words on. */
export function createSqliteIndex(file: string, mainFile: string): SearchIndex {
  return new SqliteIndex(file, mainFile);
}

class SqliteIndex implements SearchIndex {
  readonly #file: string;
  #epoch = "";
  readonly #indexing: SideThread<SqliteIndexJobs>;
  readonly #asking: SideThread<SqliteIndexJobs>;

  constructor(file: string, mainFile: string) {
    const jobs = new URL("./sqlite-index.jobs.ts", import.meta.url);
    this.#file = file;
    this.#indexing = new SideThread({ file, mainFile, jobs, niceness: indexingNiceness });
    this.#asking = new SideThread({ file, mainFile, jobs, niceness: askingNiceness });
  }

  async prepare(epoch: string): Promise<void> {
    this.#epoch = epoch;
    await this.#whole(() => this.#indexing.call("prepare", epoch));
  }

  listStale(): Promise<string[]> {
    return this.#whole(() => this.#indexing.call("listStale", null));
  }

  catchUp(conversationIds: string[]): Promise<Reached[]> {
    return this.#whole(() => this.#indexing.call("catchUp", conversationIds));
  }

  find(request: SearchRequest): Promise<HitPage> {
    return this.#whole(() => this.#asking.call("find", request));
  }

  /** A damaged file is thrown away and made again: everything in it is in the database too. */
  async #whole<T>(job: () => Promise<T>): Promise<T> {
    try {
      return await job();
    } catch (error) {
      if (!(error instanceof SideError) || !error.isDamage) throw error;
      this.#discard();
      await this.#indexing.call("prepare", this.#epoch);
      return job();
    }
  }

  #discard(): void {
    this.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${this.#file}${end}`, { force: true });
  }

  close(): void {
    this.#indexing.close();
    this.#asking.close();
  }
}
