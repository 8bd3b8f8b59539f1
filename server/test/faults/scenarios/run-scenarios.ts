import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ground, layGround } from "../load/ground.ts";
import { Cleanup } from "../machine/cleanup.ts";
import { makeRoundFolder } from "../machine/data-folder.ts";
import { missingNeeds } from "../machine/machine-needs.ts";
import { Round, type RoundResult, type Scenario } from "./scenario.ts";

export interface RunOptions {
  rounds: number;
  /** Ids of the scenarios to play; all when empty. */
  only: readonly string[];
  /** The seed of each scenario's first round; the following count up from it. */
  seed: number;
  /** A scenario that cannot run here fails the run. */
  requireAll: boolean;
  say: (line: string) => void;
}

interface Tally {
  played: number;
  passed: number;
  /** Of those that passed, how many met their bounds on time only when played again. */
  again: number;
  acknowledged: number;
  lost: number;
  doubled: number;
}

const lanes = 3;
/** How often a round whose only fault was lateness is played. */
const triesInTime = 3;
const groundLivesMs = 40 * 60_000;

/** Plays the scenarios and says how each round went; true when every one passed and none had to be left out unduly. */
export async function runScenarios(all: readonly Scenario[], options: RunOptions): Promise<boolean> {
  const cleanup = new Cleanup();
  try {
    return await new Run(options, makeRoundFolder(cleanup), cleanup).play(all);
  } finally {
    cleanup.run();
  }
}

class Run {
  private readonly options: RunOptions;
  private readonly workshop: string;
  private readonly cleanup: Cleanup;
  private readonly grounds: { laidMs: number; ground: Promise<Ground> }[] = [];
  private readonly tallies = new Map<Scenario, Tally>();

  constructor(options: RunOptions, workshop: string, cleanup: Cleanup) {
    this.options = options;
    this.workshop = workshop;
    this.cleanup = cleanup;
  }

  async play(all: readonly Scenario[]): Promise<boolean> {
    const { only, say, requireAll } = this.options;
    const wanted = all.filter((scenario) => only.length === 0 || only.includes(scenario.id));
    const unable = wanted.filter((scenario) => missingNeeds(scenario.needs).length > 0);
    const able = wanted.filter((scenario) => !unable.includes(scenario));
    const together = able.filter((scenario) => !scenario.alone);
    if (able.length > 0) await this.freshGround();
    const queue = [...together];
    await Promise.all(
      Array.from({ length: lanes }, async () => {
        for (let next = queue.shift(); next; next = queue.shift()) await this.playScenario(next);
      }),
    );
    for (const scenario of able.filter((candidate) => candidate.alone)) await this.playScenario(scenario);
    say("");
    for (const scenario of able) say(this.summary(scenario));
    for (const scenario of unable) {
      say(`${scenario.id} ${scenario.title}: not run, it needs ${missingNeeds(scenario.needs).join("; ")}`);
    }
    const allPassed = [...this.tallies.values()].every((tally) => tally.passed === tally.played);
    return allPassed && wanted.length > 0 && !(requireAll && unable.length > 0);
  }

  private async playScenario(scenario: Scenario): Promise<void> {
    const tally: Tally = { played: 0, passed: 0, again: 0, acknowledged: 0, lost: 0, doubled: 0 };
    this.tallies.set(scenario, tally);
    const rounds = scenario.rounds(this.options.rounds);
    for (let index = 0; index < rounds; index += 1) {
      const label = `${scenario.id} round ${index + 1}/${rounds} seed ${this.options.seed + index}`;
      for (let attempt = 1; ; attempt += 1) {
        const result = await this.playAndSay(scenario, this.options.seed + index, label);
        tally.acknowledged += result.acknowledged;
        tally.lost += result.lost;
        tally.doubled += result.doubled;
        const onlyLate = result.faults.length === 0 && result.late.length > 0;
        if (onlyLate && attempt < triesInTime) continue;
        const passed = result.faults.length === 0 && !onlyLate;
        tally.played += 1;
        tally.passed += passed ? 1 : 0;
        tally.again += passed && attempt > 1 ? 1 : 0;
        break;
      }
    }
  }

  private async playAndSay(scenario: Scenario, seed: number, label: string): Promise<RoundResult> {
    const { say } = this.options;
    const began = performance.now();
    const result = await this.playRound(scenario, seed);
    const took = ((performance.now() - began) / 1_000).toFixed(1);
    const wrong = [...result.faults, ...result.late];
    const verdict = result.faults.length > 0 ? "FAILED" : result.late.length > 0 ? "late" : "ok";
    say(`${label}: ${verdict}, ${result.acknowledged} acknowledged, ${result.note} (${took} s)`);
    for (const fault of wrong.slice(0, 12)) say(`  ${scenario.id}: ${oneLine(fault)}`);
    if (wrong.length > 12) say(`  … and ${wrong.length - 12} more`);
    return result;
  }

  private async playRound(scenario: Scenario, seed: number): Promise<RoundResult> {
    let round: Round | null = null;
    try {
      round = new Round(seed, await this.freshGround(), this.workshop);
      const result = await scenario.play(round);
      return result.faults.length === 0
        ? result
        : { ...result, faults: [...result.faults, ...keepTraces(scenario, round)] };
    } catch (failure) {
      const traces = round ? keepTraces(scenario, round) : [];
      const faults = [
        ...(round?.faults ?? []),
        failure instanceof Error ? failure.message : String(failure),
        ...traces,
      ];
      return { acknowledged: 0, lost: 0, doubled: 0, faults, late: [], note: "broken off" };
    } finally {
      round?.cleanup.run();
    }
  }

  /** One ground for all rounds, laid anew before its access tokens (one hour) end. */
  private freshGround(): Promise<Ground> {
    const latest = this.grounds.at(-1);
    if (latest && performance.now() - latest.laidMs < groundLivesMs) return latest.ground;
    const folder = join(this.workshop, `ground-${this.grounds.length}`);
    const ground = layGround(folder, this.cleanup);
    this.grounds.push({ laidMs: performance.now(), ground });
    return ground;
  }

  private summary(scenario: Scenario): string {
    const tally = this.tallies.get(scenario);
    if (!tally) return `${scenario.id} ${scenario.title}: not played`;
    const { passed, played, again, acknowledged, lost, doubled } = tally;
    const inTime = again > 0 ? ` (${again} in time when played again)` : "";
    return `${scenario.id} ${scenario.title}: ${passed}/${played} rounds${inTime}, ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled`;
  }
}

/** Keeps a failed round's history beside the temporary folders, and says where; and what its servers said last. */
function keepTraces(scenario: Scenario, round: Round): string[] {
  const file = join(tmpdir(), `parley-faults-history-${scenario.id}-${round.seed}.jsonl`);
  round.history.writeTo(file);
  return [`history: ${file}`, ...round.serverLogs().map((line) => `log: ${line}`)];
}

function oneLine(text: string): string {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, " | ")
    .slice(0, 400);
}
