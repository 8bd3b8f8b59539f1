import type { Round, RoundResult, Scenario } from "./scenario.ts";
import { startUnderLoad, type UnderLoad } from "./under-load.ts";

const readyLimitMs = 2_000;

export const killUnderLoad: Scenario = {
  id: "RE-01",
  title: "kill -9 under load",
  needs: [],
  alone: false,
  rounds: (asked) => asked,
  play,
};

async function play(round: Round): Promise<RoundResult> {
  const run = await startUnderLoad(round);
  let slowestMs = 0;
  const kills = round.random.between(1, 4);
  for (let kill = 0; kill < kills; kill += 1) {
    // A short wait kills the server amid the resumes that follow a start, a long one amid the steady load.
    const early = kill > 0 && round.random.chance(0.4);
    await Bun.sleep(early ? round.random.between(0, 300) : round.random.between(200, 3_000));
    slowestMs = Math.max(slowestMs, await killAndRestart(round, run));
  }
  round.expectInTime(
    slowestMs <= readyLimitMs,
    `ready ${Math.round(slowestMs)} ms after a kill, limit ${readyLimitMs}`,
  );
  await Bun.sleep(300);
  const settled = await run.load.settle();
  const stopped = await run.server.stop();
  round.expect(stopped === 0, `SIGTERM after the round ended with ${stopped}`);
  return round.result(settled, `${kills} kills, ready in ${Math.round(slowestMs)} ms at worst`);
}

async function killAndRestart(round: Round, run: UnderLoad): Promise<number> {
  await run.server.kill();
  run.endpoint.url = null;
  run.server = await round.startServer({ dataDir: run.ground.dataDir });
  run.endpoint.url = run.server.url;
  return run.server.readyMs;
}
