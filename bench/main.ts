import { isInMemory, machineFacts, pinGenerator } from "./machine.ts";
import { type RowName, readPlan } from "./plan.ts";
import { Report } from "./report.ts";
import { measureAnswerStreams } from "./rows/answer-streams.ts";
import { measureOpening } from "./rows/app-opening.ts";
import { measureDeliveryLatency } from "./rows/delivery-latency.ts";
import { measureHistoryPage } from "./rows/history-page.ts";
import { measureLargeRoom } from "./rows/large-room.ts";
import { measureManyConversations } from "./rows/many-conversations.ts";
import { measureMemory } from "./rows/memory.ts";
import { measureOneConversation } from "./rows/one-conversation.ts";
import { measureReconnect } from "./rows/reconnect.ts";
import { measureResponseTargets } from "./rows/response-targets.ts";
import { measureSearch } from "./rows/search.ts";
import { measureSignIns } from "./rows/sign-ins.ts";
import { measureSocketIo } from "./rows/socketio.ts";
import { measureWorkspaceRequests } from "./rows/workspace-requests.ts";
import { Run } from "./run.ts";
import { secondsHeldUp } from "./targets/measured-process.ts";

const MEASURES: Record<RowName, (run: Run) => Promise<void>> = {
  a: measureOneConversation,
  b: measureManyConversations,
  c: measureDeliveryLatency,
  d: measureHistoryPage,
  e: measureMemory,
  f: measureReconnect,
  g: measureResponseTargets,
  h: measureSocketIo,
  i: measureSearch,
  j: measureLargeRoom,
  k: measureWorkspaceRequests,
  l: measureAnswerStreams,
  m: measureOpening,
  n: measureSignIns,
};

async function bench(): Promise<number> {
  const plan = readPlan(process.argv.slice(2));
  pinGenerator();
  const report = new Report();
  const run = new Run(plan, report);
  const leave = (): never => {
    run.workspace.dispose();
    process.exit(130);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
  const failed: string[] = [];
  try {
    const facts = machineFacts(run.workspace);
    if (plan.quick) facts.push("A quick run: short rounds, few people; not for quoting");
    if (plan.syncDelayMs > 0)
      facts.push(`Every fsync of Parley took ${plan.syncDelayMs} ms longer (--slow-sync)`);
    if (isInMemory(run.workspace.path))
      facts.push("The databases were in memory: syncs cost nothing; use --dir");
    console.log(facts.join("\n"));
    for (const row of plan.rows) {
      const start = performance.now();
      const heldUpBefore = heldUp(run);
      try {
        await MEASURES[row](run);
      } catch (error) {
        failed.push(row);
        run.workspace.killAll();
        console.error(`(${row}) failed: ${error instanceof Error ? error.message : String(error)}`);
      }
      const seconds = (performance.now() - start) / 1000;
      const waited = heldUp(run) - heldUpBefore;
      // Long waits mean that something else used these CPUs: the latencies of the row are not the server's.
      console.log(
        `(${row}) took ${seconds.toFixed(0)} s; servers and generator waited ${waited.toFixed(1)} s for a CPU\n`,
      );
    }
    const total = performance.now() / 1000;
    facts.push(`In ${total.toFixed(0)} s servers and generator waited ${heldUp(run).toFixed(0)} s for a CPU`);
    console.log(report.toMarkdown(facts));
  } finally {
    run.workspace.dispose();
  }
  if (failed.length > 0) console.error(`rows that failed: ${failed.join(" ")}`);
  return failed.length > 0 ? 1 : 0;
}

function heldUp(run: Run): number {
  return run.workspace.secondsHeldUp + secondsHeldUp(process.pid);
}

try {
  process.exit(await bench());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
