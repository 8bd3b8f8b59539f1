import { HttpConnection } from "../load/http-client.ts";
import { quantile } from "../report.ts";
import type { Run } from "../run.ts";
import { type HistoryLine, startWithRoom } from "../targets/imported-room.ts";
import type { Parley } from "../targets/parley.ts";
import type { Person } from "../targets/people.ts";

const MESSAGES = 40_000;
const VOCABULARY = 12_000;
const WORDS_MOST = 14;
const P99_AIM_MS = 20;
const FOUND_AIM_MS = 1_000;
const SENDS = 20;
const PATIENCE_MS = 120_000;

/** Asks one question and answers its wall time in milliseconds. */
type Ask = (question: string) => Promise<number>;

/**
 * (i) Questions to 40,000 messages, one after the other: words as often as they stand in the messages, two of them,
 * phrases, beginnings and parts of words. Then how soon a message is found after it was acknowledged.
 */
export async function measureSearch(run: Run): Promise<void> {
  const { persons } = await run.people();
  const reader = persons[0] as Person;
  const corpus = new Corpus();
  const lines = Array.from({ length: MESSAGES }, (_, n) => ({
    user: `nick${n % 200}`,
    text: corpus.sentence(),
  }));
  const all: HistoryLine[] = [...lines, { user: "nick0", text: "lastofall" }];
  const { parley, conversationId } = await startWithRoom(run, {
    name: "bench-search",
    members: [reader],
    lines: all,
  });
  const begun = performance.now();
  await found(parley, reader, "lastofall");
  console.log(
    `(i) ${MESSAGES} messages were indexed ${((performance.now() - begun) / 1000).toFixed(1)} s after the start`,
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
    "one word": () => corpus.word(),
    "two words": () => `${corpus.word()} ${corpus.word()}`,
    "a phrase": () => `"${corpus.pick(lines).text.split(" ").slice(0, 2).join(" ")}"`,
    "the beginning of a word": () => corpus.word().slice(0, 3),
    "a part of a word": () => corpus.longWord().slice(1, 5),
  };
  for (const [kind, question] of Object.entries(kinds)) await measureKind(run, parley, kind, question, ask);
  await measureFinding(run, parley, conversationId, reader);
  await parley.stop();
}

async function measureKind(run: Run, parley: Parley, kind: string, question: () => string, ask: Ask) {
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
  const what = `search in ${MESSAGES.toLocaleString("en-US")} messages, ${kind}`;
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

/** Sentences of made-up words, some much more common than others, as in any language; the same in each run. */
class Corpus {
  private readonly words: string[];
  private seed = 20_261_127;

  constructor() {
    const syllables = [
      "ka",
      "lo",
      "mi",
      "ter",
      "bra",
      "sun",
      "ve",
      "dor",
      "pil",
      "en",
      "gra",
      "hu",
      "ist",
      "o",
      "qua",
    ];
    this.words = Array.from({ length: VOCABULARY }, () =>
      Array.from({ length: 1 + Math.floor(this.random() * 4) }, () => this.pick(syllables)).join(""),
    );
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }

  /** Zipf: the n-th word is as common as 1/n. */
  word(): string {
    return this.words[Math.floor(VOCABULARY ** this.random()) - 1] ?? "ka";
  }

  longWord(): string {
    for (;;) {
      const word = this.pick(this.words);
      if (word.length > 5) return word;
    }
  }

  sentence(): string {
    return Array.from({ length: 3 + Math.floor(this.random() * (WORDS_MOST - 2)) }, () => this.word()).join(
      " ",
    );
  }

  private random(): number {
    this.seed = (this.seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return this.seed / 2_147_483_648;
  }
}
