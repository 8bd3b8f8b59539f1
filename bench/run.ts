import type { Plan } from "./plan.ts";
import type { Report } from "./report.ts";
import { type People, registerPeople } from "./targets/people.ts";
import { SyncCounter } from "./targets/sync-counter.ts";
import { Workspace } from "./targets/workspace.ts";

/** What every row of a run shares. */
export class Run {
  readonly plan: Plan;
  readonly report: Report;
  readonly workspace: Workspace;
  /** Armed by `--slow-sync`: makes the fsyncs of every server of this run slow. */
  readonly slowSyncs: SyncCounter | undefined;
  private registered: Promise<People> | undefined;

  constructor(plan: Plan, report: Report) {
    this.plan = plan;
    this.report = report;
    this.workspace = new Workspace(plan.dir);
    if (plan.syncDelayMs > 0) {
      this.slowSyncs = SyncCounter.build(this.workspace, plan.syncDelayMs);
      if (this.slowSyncs === undefined) throw new Error("--slow-sync needs cc");
    }
  }

  /** The registered people; the first row to ask waits for the registration. */
  people(): Promise<People> {
    this.registered ??= this.registerAloud();
    return this.registered;
  }

  private async registerAloud(): Promise<People> {
    const start = performance.now();
    const people = await registerPeople(this.workspace, this.plan);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`registered ${people.persons.length} people in ${seconds} s`);
    return people;
  }
}
