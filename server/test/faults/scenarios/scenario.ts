import { join } from "node:path";
import { History } from "../history.ts";
import type { Endpoint } from "../load/chat-api.ts";
import { ChatLoad, type LoadOptions, type SettledLoad } from "../load/chat-load.ts";
import { copyGround, type Ground } from "../load/ground.ts";
import { Cleanup } from "../machine/cleanup.ts";
import { makeRoundFolder } from "../machine/data-folder.ts";
import { buildFaultyDisk } from "../machine/faulty-disk.ts";
import type { Need } from "../machine/machine-needs.ts";
import { type ServerOptions, ServerProcess } from "../machine/server-process.ts";
import { SeededRandom } from "../seeded-random.ts";

/** One kind of trouble, played in rounds that each begin with the same ground and a seed of their own. */
export interface Scenario {
  id: string;
  title: string;
  needs: readonly Need[];
  /** It measures times, so that nothing else may run beside it. */
  alone: boolean;
  /** How many rounds to play when `asked` are wanted: fewer where one takes long. */
  rounds: (asked: number) => number;
  play: (round: Round) => Promise<RoundResult>;
}

export interface RoundResult {
  acknowledged: number;
  lost: number;
  doubled: number;
  /** What went wrong, a line each; none when the round passed. */
  faults: string[];
  /** Which bounds on time were missed, a line each. */
  late: string[];
  /** What happened, for the round's line. */
  note: string;
}

/** What a scenario plays one round with; everything it starts through it is gone when the round ends. */
export class Round {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly cleanup = new Cleanup();
  readonly folder: string;
  readonly history = new History();
  readonly faults: string[] = [];
  readonly late: string[] = [];
  private readonly ground: Ground;
  private readonly workshop: string;
  private readonly servers: ServerProcess[] = [];

  constructor(seed: number, ground: Ground, workshop: string) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.ground = ground;
    this.workshop = workshop;
    this.folder = makeRoundFolder(this.cleanup);
  }

  /** A copy of the ground whose data folder is `data` below the round's folder, or where `to` says. */
  copyGround(to = join(this.folder, "data")): Ground {
    return copyGround(this.ground, to);
  }

  async startServer(options: Omit<ServerOptions, "cleanup">): Promise<ServerProcess> {
    const server = await ServerProcess.start({ ...options, cleanup: this.cleanup });
    this.servers.push(server);
    return server;
  }

  /** Subscribers and senders on `ground`, stopped when the round ends. */
  makeLoad(ground: Ground, endpoint: Endpoint, options: Partial<LoadOptions> = {}): ChatLoad {
    const load = new ChatLoad({ ground, endpoint, history: this.history, random: this.random, ...options });
    this.cleanup.defer(() => load.stop());
    return load;
  }

  /** The preload library that makes disks fail, compiled once for all rounds. */
  faultyDiskLibrary(): string {
    return buildFaultyDisk(this.workshop);
  }

  /** Notes a fault unless `holds`. */
  expect(holds: boolean, otherwise: string): void {
    if (!holds) this.faults.push(otherwise);
  }

  /** Notes a missed bound on time unless `holds`: the round is then played again, for a busy machine misses some. */
  expectInTime(holds: boolean, otherwise: string): void {
    if (!holds) this.late.push(otherwise);
  }

  /** The result of a round whose load was settled: its faults and those noted here. */
  result(settled: SettledLoad, note: string): RoundResult {
    const { acknowledged, lost, doubled } = settled.checked;
    const faults = [...this.faults, ...settled.faults];
    return { acknowledged, lost, doubled, faults, late: this.late, note };
  }

  /** The last log lines of the servers of the round that ended badly or went last. */
  serverLogs(): string[] {
    const telling = this.servers.filter(
      (server, index) => index === this.servers.length - 1 || server.endedBadly,
    );
    return telling.slice(-3).flatMap((server) => server.logTail().split("\n").slice(-3));
  }
}
