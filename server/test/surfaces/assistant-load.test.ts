import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { readEventStream, textOf } from "../kit/ai-provider.ts";
import { askStreaming, beginAiConversation, readAiMessages, startAssistant } from "../kit/workspace.ts";

setDefaultTimeout(120_000);

const streams = 100;
const rounds = 4;
/** Of ordinary words, so that counting them costs what it does in earnest. */
const pieces = Array.from({ length: 40 }, (_, n) => `piece ${n} ${"of what a model says ".repeat(40)}\n`);
const said = pieces.join("");

const { provider, app, ada } = await startAssistant();
beforeAll(() => {
  provider.behave = ({ body }) => ({
    pieces: [`${body.messages.at(-1)?.content}: `, ...pieces],
    pieceDelayMs: 20,
  });
});

/** Asks in a conversation of its own. @returns what was wrong with the stream, or null. */
async function followOne(question: string): Promise<string | null> {
  const id = await beginAiConversation(ada);
  const events = await readEventStream(await askStreaming(app, ada, id, { content: question }));
  const text = textOf(events);
  if (text !== `${question}: ${said}`) return `${question}: the pieces are not the answer`;
  const [, stored] = await readAiMessages(ada, id);
  if (events.at(-1)?.event !== "done" || stored?.content !== text || stored.status !== "Complete")
    return `${question}: ${events.at(-1)?.event}, stored as ${stored?.status}`;
  return null;
}

test("a hundred answers stream at once, each whole and in order; others are served; memory stays", async () => {
  const held: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let isStreaming = true;
    const everybody = Promise.all(Array.from({ length: streams }, (_, n) => followOne(`q${n}`))).finally(
      () => {
        isStreaming = false;
      },
    );
    let served = 0;
    while (isStreaming) {
      expect((await ada.get("/api/v5/users/me")).status).toBe(200);
      served++;
      await Bun.sleep(20);
    }
    expect((await everybody).filter((fault) => fault !== null)).toEqual([]);
    expect(served).toBeGreaterThan(5);
    Bun.gc(true);
    held.push(process.memoryUsage().heapUsed);
  }
  // Answers that stayed in memory would be three times 100 of 36 kB.
  const grown = (held.at(-1) ?? Number.NaN) - (held[0] ?? Number.NaN);
  expect(grown).toBeLessThan((streams * said.length * (rounds - 1)) / 2);
});
