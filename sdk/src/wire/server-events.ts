import { ParleyError } from "./errors.ts";

export interface ServerEvent {
  /** `message` where the server names none. */
  event: string;
  data: string;
}

/**
 * Events of a `text/event-stream` as the HTML standard reads them; one cut off by the end of the stream is dropped.
 * @throws ParleyError NETWORK_ERROR where the stream is cut off, ABORTED where `signal` did it.
 */
export async function* readServerEvents(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerEvent> {
  let event = "message";
  let data: string[] = [];
  for await (const line of readLines(stream, signal)) {
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line === "") {
      if (data.length > 0) yield { event, data: data.join("\n") };
      event = "message";
      data = [];
    } else if (field === "data") data.push(value);
    else if (field === "event") event = value;
  }
}

async function* readLines(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw signal?.aborted === true
          ? new ParleyError("ABORTED", "The stream was given up.")
          : new ParleyError("NETWORK_ERROR", "The connection was lost.", { cause });
      });
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A CR at the very end may be half of a CRLF: it waits for what follows.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    // Whoever stops reading has gone away: the server is told.
    await reader.cancel().catch(() => undefined);
  }
}
