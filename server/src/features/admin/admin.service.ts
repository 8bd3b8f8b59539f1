import { now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { type Family, Metrics } from "../../platform/metrics/metrics.ts";
import type { Deletion } from "../accounts/index.ts";
import type { Lockout, Standings } from "../identity/index.ts";
import { readCounts } from "./admin.queries.ts";

/** What this process knows of the moment. */
interface LiveNumbers {
  usersOnline: number;
  connections: number;
}

/** What whoever runs the server does, beside accounts themselves. */
export class Admin {
  readonly #database: Database;
  readonly #standings: Standings;
  readonly #lockout: Lockout;
  readonly #deletion: Deletion;
  #metrics = new Metrics();
  #live: () => LiveNumbers = () => ({ usersOnline: 0, connections: 0 });

  constructor(database: Database, standings: Standings, lockout: Lockout, deletion: Deletion) {
    this.#deletion = deletion;
    this.#database = database;
    this.#standings = standings;
    this.#lockout = lockout;
  }

  watch(live: () => LiveNumbers): void {
    this.#live = live;
  }

  tellOf(metrics: Metrics): void {
    this.#metrics = metrics;
  }

  /** Lifts the lock of too many wrong passwords. @throws AppError NOT_FOUND. */
  async unlock(actor: Actor, userId: string): Promise<void> {
    await this.#standings.audited(actor, userId, "user.unlocked", (tx) => this.#lockout.unlock(tx, userId));
  }

  /** The account ends as if its owner had ended it. @throws AppError NOT_FOUND; CONFLICT, see `Deletion.deleteOwn`. */
  async deleteAccount(actor: Actor, userId: string): Promise<void> {
    await this.#standings.audited(actor, userId, "user.deleted", (tx, account) =>
      this.#deletion.carryOut(tx, account),
    );
  }

  /** What monitoring reads at `/metrics`, of this process. */
  metrics(): Promise<Family[]> {
    return this.#metrics.read();
  }

  async stats() {
    const { usersOnline, connections } = this.#live();
    const counts = await readCounts(this.#database.query, now());
    return { ...counts, users_online: usersOnline, connections, database: this.#database.engine };
  }
}
