import type { Browser, Page } from "@playwright/test";

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds of processor time, which others' load on the machine does not change much. */
  tdur?: number;
  args: { name?: string };
}

/**
 * Milliseconds of processor time of each of the page's tasks while `work` runs, longest first. Those of the timeline
 * hold what promises do at their end, such as drawing what an answer brought; those of `toplevel` do not.
 */
export async function tasksOf(browser: Browser, page: Page, work: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "__metadata"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const keyOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const threads = new Set(mains.map(keyOf));
  return traceEvents
    .filter((event) => event.name === "RunTask" && threads.has(keyOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .toSorted((one, other) => other - one);
}
