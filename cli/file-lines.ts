/** A line of a file without its end; `bytes` is null where it is longer than was asked for. */
export interface FileLine {
  /** Counts from 1. */
  number: number;
  bytes: Uint8Array | null;
  /** Where the next line begins, in bytes from the file's beginning. */
  end: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/**
 * Reads a file line by line without holding more of it than a block and a line. The last line may lack its end;
 * lines end in LF or CRLF.
 */
export async function* linesOf(
  stream: ReadableStream<Uint8Array>,
  longest: number,
): AsyncGenerator<FileLine> {
  const pending = new PendingLine(longest);
  let number = 0;
  let end = 0;
  for await (const block of stream) {
    let from = 0;
    for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, from)) {
      pending.add(block.subarray(from, at));
      end += at + 1 - from;
      from = at + 1;
      number++;
      yield { number, bytes: pending.take(), end };
    }
    pending.add(block.subarray(from));
    end += block.length - from;
  }
  if (pending.length > 0) yield { number: number + 1, bytes: pending.take(), end };
}

/** The pieces of a line that lies across blocks. */
class PendingLine {
  readonly #longest: number;
  #pieces: Uint8Array[] = [];
  length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  add(piece: Uint8Array): void {
    this.length += piece.length;
    if (this.length <= this.#longest) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  take(): Uint8Array | null {
    const [first] = this.#pieces;
    const isWhole = this.length <= this.#longest;
    const line = this.#pieces.length === 1 && first !== undefined ? first : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.length = 0;
    if (!isWhole) return null;
    return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
  }
}
