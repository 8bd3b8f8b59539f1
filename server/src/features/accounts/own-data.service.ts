import { type ChangeTrail, changeBy } from "../../platform/change-trail.ts";
import { isoTime, now } from "../../platform/clock.ts";
import type { Database } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";

/** A part of what is known of somebody: one value, or many that are read as they are sent. */
export type OwnSection =
  | { one(actor: Actor): Promise<unknown> }
  | { many(actor: Actor): AsyncIterable<unknown> | Promise<Iterable<unknown>> };

/** A piece goes out when it has grown to this. */
const pieceCharacters = 64 * 1024;

/** Everything that the server knows of somebody, for them to take away. Nothing is made ready before it is read. */
export class OwnData {
  readonly #database: Database;
  readonly #trail: ChangeTrail;
  readonly #sections = new Map<string, OwnSection>();

  constructor(database: Database, trail: ChangeTrail) {
    this.#database = database;
    this.#trail = trail;
  }

  /** Told when the app is put together, by name and in order: most of it belongs to features that this one does not know. */
  include(sections: Readonly<Record<string, OwnSection>>): void {
    for (const [name, section] of Object.entries(sections)) this.#sections.set(name, section);
  }

  /** One JSON object with a member for each section, as it is when it is read. The trail notes that it was asked for. */
  async export(actor: Actor): Promise<ReadableStream<Uint8Array>> {
    const change = { action: "account.exported", targetType: "user", targetId: actor.userId };
    await this.#database.transaction(async (tx) => this.#trail.record(tx, changeBy(actor, change)));
    return streamOf(inPieces(this.#textOf(actor)));
  }

  async *#textOf(actor: Actor): AsyncGenerator<string> {
    yield `{"exported_at":${JSON.stringify(isoTime(now()))}`;
    for (const [name, section] of this.#sections) {
      yield `,${JSON.stringify(name)}:`;
      if ("one" in section) {
        yield JSON.stringify(await section.one(actor));
        continue;
      }
      let before = "[";
      for await (const value of await section.many(actor)) {
        yield before + JSON.stringify(value);
        before = ",\n";
      }
      yield before === "[" ? "[]" : "]";
    }
    yield "}\n";
  }
}

async function* inPieces(text: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = "";
  for await (const part of text) {
    piece += part;
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

/** Asks for the next piece only once the last one is on its way: a slow reader holds up nothing but their own. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
