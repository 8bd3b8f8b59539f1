import { readEventStream, TestProvider, textOf } from "../../server/test/kit/ai-provider.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { Parley } from "../targets/parley.ts";
import { type LoopTimes, ServerLoop } from "../targets/server-loop.ts";

const STREAMS = 100;
const PIECES = 100;
const PIECE_EVERY_MS = 20;
const AIM_LOOP_GAP_MS = 50;
/** What a round may leave behind after the first. */
const AIM_GROWTH_MB = 10;

interface Round extends LoopTimes {
  whole: number;
  memoryMb: number;
  /** Milliseconds from each question to its first words. */
  first: number[];
}

/** (l) A hundred answers at once: each whole and in order, with the loop free for everybody else. */
export async function measureAnswerStreams(run: Run): Promise<void> {
  const provider = await TestProvider.start();
  const loop = new ServerLoop(run);
  const words = Array.from({ length: PIECES }, (_, n) => `word${n} `);
  provider.behave = ({ body }) => ({
    pieces: [`${body.messages.at(-1)?.content}: `, ...words],
    pieceDelayMs: PIECE_EVERY_MS,
  });
  const parley = await Parley.start(run, loop.optionsWith(provider.env));
  const rounds: Round[] = [];
  // The first round also loads what is loaded once, such as the tokenizer's table.
  for (let round = 0; round <= run.plan.rounds; round++)
    rounds.push(await measureRound(parley, loop, words.join("")));
  await parley.stop();
  await provider.stop();
  reportRounds(run, rounds);
}

async function measureRound(parley: Parley, loop: ServerLoop, text: string): Promise<Round> {
  const ids = await Promise.all(
    Array.from({ length: STREAMS }, async (_, n) => {
      const person = parley.person(n);
      const body = { title: "Bench" };
      const { conversation_id: id } = await parley.call<{ conversation_id: string }>(
        "POST",
        "/api/v5/conversations",
        person,
        body,
      );
      return { person, id };
    }),
  );
  await parley.process.settle();
  await loop.begin();
  const first: number[] = [];
  const answers = await Promise.all(
    ids.map(async ({ person, id }, n) => {
      const start = performance.now();
      const response = await fetch(new URL(`/api/v5/conversations/${id}/chat`, parley.process.url), {
        method: "POST",
        headers: { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
        body: JSON.stringify({ content: `q${n}`, stream: true }),
      });
      // The stream begins with its first words.
      first.push(performance.now() - start);
      const events = await readEventStream(response);
      return events.at(-1)?.event === "done" && textOf(events) === `q${n}: ${text}`;
    }),
  );
  const times = await loop.end();
  await parley.process.settle();
  const whole = answers.filter(Boolean).length;
  return { whole, ...times, memoryMb: parley.process.rssMb(), first };
}

function reportRounds({ report }: Run, rounds: Round[]): void {
  const [warm, ...measured] = rounds;
  const add = (what: string, unit: string, parley: number[], limit?: number, higherIsBetter = false) =>
    report.add({
      row: "l",
      what,
      unit,
      parley,
      higherIsBetter,
      ...(limit === undefined ? {} : { aim: { of: "value" as const, limit } }),
    });
  add(
    `${STREAMS} answers at once of ${PIECES} words: whole and in order`,
    "streams",
    measured.map(({ whole }) => whole),
    STREAMS,
    true,
  );
  add(
    "in it, longest gap of the server's loop",
    "ms",
    measured.map(({ loopGapMs }) => loopGapMs),
    AIM_LOOP_GAP_MS,
  );
  add(
    "in it, most that the loop computed between two turns",
    "ms",
    measured.map(({ loopCpuMs }) => loopCpuMs),
    AIM_LOOP_GAP_MS,
  );
  add(
    "in it, from the question to the first words: p99",
    "ms",
    measured.map(({ first }) => quantile(first, 0.99)),
  );
  const grown = (measured.at(-1)?.memoryMb ?? Number.NaN) - (warm?.memoryMb ?? Number.NaN);
  add(`in it, memory grown over ${measured.length} rounds`, "MB", [grown], AIM_GROWTH_MB * measured.length);
}
