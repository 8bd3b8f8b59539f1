import { DeliveryWatch } from "../load/delivery-watch.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Floor } from "../targets/floor.ts";
import { Parley } from "../targets/parley.ts";

const ROOMS = 50;
const MEMBERS = 4;
const P99_AIM_MS = 10;

/** (c) From a send to its receipt at another participant, at steady rates over 50 conversations of 4. */
export async function measureDeliveryLatency(run: Run): Promise<void> {
  const { plan, report } = run;
  const parley = await Parley.start(run);
  const watch = await DeliveryWatch.connect(parley, await parley.openRooms(ROOMS, MEMBERS));
  const floor = await Floor.start(run.workspace, { ack: "topic" });
  const floorWatch = await DeliveryWatch.connect(floor, await floor.openRooms(ROOMS, MEMBERS));
  await watch.run(1000, 2);
  await floorWatch.run(1000, 2);
  for (const rate of [200, 1000]) {
    const { latenciesMs } = await watch.run(rate, plan.latencySeconds);
    const floored = await floorWatch.run(rate, Math.min(3, plan.latencySeconds));
    for (const [name, fraction] of [
      ["p50", 0.5],
      ["p99", 0.99],
      ["worst", 1],
    ] as const) {
      report.add({
        row: "c",
        what: `delivery at ${rate.toLocaleString("en-US")} messages/s: ${name}`,
        unit: "ms",
        parley: [quantile(latenciesMs, fraction)],
        floor: [quantile(floored.latenciesMs, fraction)],
        floorName: "bare Bun",
        ...(name === "p99" ? { aim: { of: "value" as const, limit: P99_AIM_MS } } : {}),
      });
    }
  }
  watch.disconnect();
  floorWatch.disconnect();
  await Promise.all([parley.stop(), floor.process.stop()]);
}
