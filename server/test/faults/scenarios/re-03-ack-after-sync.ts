import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SyncBeforeAckCheck } from "../machine/strace-log.ts";
import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { startUnderLoad } from "./under-load.ts";

export const ackAfterSync: Scenario = {
  id: "RE-03",
  title: "the sync ends before the ack is written (strace)",
  needs: ["tracer"],
  alone: false,
  rounds: (asked) => asked,
  play,
};

const tracedCalls = "write,writev,pwrite64,pwritev,fsync,fdatasync,sendto,sendmsg,sendmmsg";

async function play(round: Round): Promise<RoundResult> {
  const ground = round.copyGround();
  const trace = join(round.folder, "trace");
  const wrapper = ["strace", "-f", "-qq", "-yy", "-s", "100000", "-e", `trace=${tracedCalls}`, "-o", trace];
  const run = await startUnderLoad(round, { ground, server: { wrapper }, load: { socketsEach: 1 } });
  await Bun.sleep(round.random.between(700, 1_500));
  const settled = await run.load.settle();
  await run.server.stop();
  const check = new SyncBeforeAckCheck(ground.dataDir);
  for await (const line of createInterface({ input: createReadStream(trace, "utf8") })) check.take(line);
  const acknowledged = new Set(
    round.history.records.flatMap((record) => (record.kind === "ok" ? [record.key] : [])),
  );
  const unseen = [...acknowledged].filter((key) => !check.sentKeys.has(key));
  round.expect(
    unseen.length === 0,
    `${unseen.length} acknowledged messages were not seen in the trace: ${unseen[0]}`,
  );
  for (const fault of check.faults) round.faults.push(fault);
  return round.result(settled, `${check.sentKeys.size} messages traced, ${check.syncs} syncs`);
}
