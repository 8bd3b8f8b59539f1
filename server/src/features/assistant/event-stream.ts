const longestLine = 1024 * 1024;

/**
 * The data of each event of a text/event-stream, as the HTML standard reads one: lines end in CR, LF or both, comments
 * and other fields count for nothing, an event cut off by the end of the stream is dropped.
 * @throws Error for a line of over a MiB, and whatever the stream throws.
 */
export async function* readEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let data: string[] = [];
  for await (const line of readLines(stream)) {
    if (line === "") {
      if (data.length > 0) yield data.join("\n");
      data = [];
    } else if (line.startsWith("data:")) {
      data.push(line.startsWith("data: ") ? line.slice(6) : line.slice(5));
    }
  }
}

async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be half of a CRLF: it waits for what follows.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > longestLine) throw new Error("a line of the stream is over 1 MiB");
  }
  if (rest.endsWith("\r")) yield rest.slice(0, -1);
}
