import type { Log } from "../platform/log.ts";

/** A thing to do every so often. It never runs twice at once. */
export interface Job {
  name: string;
  everyMs: number;
  run(): Promise<void> | void;
}

/** Starts the jobs. @returns what stops them and waits for those that run. */
export function startSchedule(jobs: Job[], log: Log): () => Promise<void> {
  const running = new Map<Job, Promise<void>>();
  const timers = jobs.map((job) =>
    setInterval(() => {
      if (running.has(job)) return;
      const run = (async () => job.run())()
        .catch((error: unknown) => log.error("a scheduled job failed", { job: job.name, error }))
        .finally(() => running.delete(job));
      running.set(job, run);
    }, job.everyMs),
  );
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(running.values());
  };
}
