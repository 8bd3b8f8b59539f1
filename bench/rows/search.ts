import { HttpConnection } from "../load/http-client.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { type HistoryLine, startWithRoom } from "../targets/imported-room.ts";
import type { Parley } from "../targets/parley.ts";
import type { Person } from "../targets/people.ts";

const MESSAGES = 40_000;
const VOCABULARY = 12_000;
const WORDS_MOST = 14;
/** So many of the commonest words are very common. */
const VERY_COMMON = 60;
const P99_AIM_MS = 20;
const FOUND_AIM_MS = 1_000;
const SENDS = 20;
const PATIENCE_MS = 120_000;

/** Asks one question and answers its wall time in milliseconds. */
type Ask = (question: string) => Promise<number>;

/**
 * (i) Questions to 40,000 messages, or to those of `--messages`, one after the other: words as often as they stand in
 * the messages, two of them, phrases, beginnings and parts of words; and what is hardest, words that nearly every
 * message has. Then how soon a message is found after it was acknowledged.
 */
export async function measureSearch(run: Run): Promise<void> {
  const { persons } = await run.people();
  const reader = persons[0] as Person;
  const lines = run.plan.messages === undefined ? madeUp() : await readLines(run.plan.messages);
  const words = new Words(lines);
  const { parley, conversationId } = await startWithRoom(run, {
    name: "bench-search",
    members: [reader],
    lines: [...lines, { user: "nick0", text: "lastofall" }],
  });
  const begun = performance.now();
  await found(parley, reader, "lastofall");
  console.log(
    `(i) ${lines.length} messages were indexed ${((performance.now() - begun) / 1000).toFixed(1)} s after the start`,
  );

  const connection = new HttpConnection(parley.process.port);
  const ask: Ask = async (question) => {
    const start = performance.now();
    const path = `/v1/messages/search?q=${encodeURIComponent(question)}`;
    const { status, body } = await connection.request("GET", path, reader.token);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
    return performance.now() - start;
  };
  const kinds: Record<string, () => string> = {
    "one word": () => words.any(),
    "two words": () => `${words.any()} ${words.any()}`,
    "a phrase": () => `"${words.twoTogether()}"`,
    "the beginning of a word": () => words.any().slice(0, 3),
    "a part of a word": () => words.long().slice(1, 5),
    "three very common words": () => `${words.common()} ${words.common()} ${words.common()}`,
    "a phrase of two very common words": () => `"${words.common()} ${words.common()}"`,
  };
  const messages = `${lines.length.toLocaleString("en-US")}${run.plan.messages === undefined ? "" : " given"} messages`;
  for (const [kind, question] of Object.entries(kinds))
    await measureKind(run, parley, `search in ${messages}, ${kind}`, question, ask);
  await measureFinding(run, parley, conversationId, reader);
  await parley.stop();
}

async function measureKind(run: Run, parley: Parley, what: string, question: () => string, ask: Ask) {
  const { plan, report } = run;
  const seconds = plan.roundSeconds / 2;
  const cpu: number[] = [];
  const p99: number[] = [];
  for (let round = 0; round <= plan.rounds; round++) {
    const walls: number[] = [];
    const before = parley.process.cpuMs();
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) walls.push(await ask(question()));
    // The first round warms up the compiler.
    if (round === 0) continue;
    cpu.push((parley.process.cpuMs() - before) / walls.length);
    p99.push(quantile(walls, 0.99));
  }
  report.add({ row: "i", what: `${what}: CPU`, unit: "ms", parley: cpu });
  report.add({
    row: "i",
    what: `${what}: wall p99`,
    unit: "ms",
    parley: p99,
    aim: { of: "value", limit: P99_AIM_MS },
  });
}

async function measureFinding(
  run: Run,
  parley: Parley,
  conversationId: string,
  person: Person,
): Promise<void> {
  const waits: number[] = [];
  for (let send = 0; send < SENDS; send++) {
    const content = `freshword${send}x`;
    const message = { conversation_id: conversationId, message_type: "text", content };
    await parley.call("POST", "/v1/messages", person, message);
    const start = performance.now();
    await found(parley, person, content);
    waits.push(performance.now() - start);
  }
  run.report.add({
    row: "i",
    what: "from the acknowledgement of a message until it is found: longest",
    unit: "ms",
    parley: [Math.max(...waits)],
    aim: { of: "value", limit: FOUND_AIM_MS },
  });
}

async function found(parley: Parley, person: Person, word: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const path = `/v1/messages/search?q=${word}`;
    const { results } = await parley.call<{ results: unknown[] }>("GET", path, person);
    if (results.length > 0) return;
    await Bun.sleep(10);
  }
  throw new Error(`«${word}» was not found within ${PATIENCE_MS / 1000} s`);
}

/** The lines of a file as `import` reads it. */
async function readLines(path: string): Promise<HistoryLine[]> {
  const text = await Bun.file(path).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as HistoryLine);
}

/** The same in each run. */
class Chance {
  private seed = 20_261_127;

  number(): number {
    this.seed = (this.seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.seed / 2_147_483_648;
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.number() * from.length)] as T;
  }
}

const SYLLABLES = "ka lo mi ter bra sun ve dor pil en gra hu ist o qua".split(" ");

/** Sentences of made-up words, some much more common than others, as in any language. */
function madeUp(): HistoryLine[] {
  const chance = new Chance();
  const vocabulary = Array.from({ length: VOCABULARY }, () =>
    Array.from({ length: 1 + Math.floor(chance.number() * 4) }, () => chance.pick(SYLLABLES)).join(""),
  );
  // Zipf: the n-th word is as common as 1/n.
  const word = () => vocabulary[Math.floor(VOCABULARY ** chance.number()) - 1] ?? "ka";
  const sentence = () =>
    Array.from({ length: 3 + Math.floor(chance.number() * (WORDS_MOST - 2)) }, word).join(" ");
  return Array.from({ length: MESSAGES }, (_, n) => ({ user: `nick${n % 200}`, text: sentence() }));
}

/** Words to ask for, as they stand in the messages. */
class Words {
  private readonly chance = new Chance();
  private readonly texts: string[][];
  private readonly byCount: string[];
  private readonly longer: string[];

  constructor(lines: readonly HistoryLine[]) {
    const counts = new Map<string, number>();
    this.texts = lines
      .map(({ text }) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [])
      .filter((words) => words.length > 1);
    for (const word of this.texts.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
    this.byCount = [...counts.keys()].toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
    this.longer = this.byCount.filter((word) => word.length > 5);
  }

  any(): string {
    return this.chance.pick(this.chance.pick(this.texts));
  }

  twoTogether(): string {
    const words = this.chance.pick(this.texts);
    const at = Math.floor(this.chance.number() * (words.length - 1));
    return `${words[at]} ${words[at + 1]}`;
  }

  long(): string {
    return this.chance.pick(this.longer);
  }

  common(): string {
    return this.chance.pick(this.byCount.slice(0, VERY_COMMON));
  }
}
