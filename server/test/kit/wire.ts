import type { Reachable } from "./caller.ts";
import type { JsonObject } from "./shapes.ts";

interface WireAnswer {
  /** 0 when the server closed without an answer. */
  status: number;
  /** Names in lower case; of repeated ones the last. */
  headers: Record<string, string>;
  /** What came after the head, until the end of the answer, the close or the time limit. */
  body: string;
  /** All bytes received, read as Latin-1: to count answers and look for what must not be there. */
  received: string;
  /** Whether the server closed the connection. */
  closed: boolean;
}

/** Sends exact bytes on one TCP connection: what `fetch` would refuse to send or would correct. */
export async function sendBytes(
  app: Reachable,
  bytes: string | Uint8Array,
  options: { timeoutMs?: number; until?: "answer" | "close" } = {},
): Promise<WireAnswer> {
  const { hostname, port } = new URL(app.url);
  const { timeoutMs = 3_000, until = "answer" } = options;
  const received: Buffer[] = [];
  let unsent = Buffer.from(bytes);
  let closed = false;
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const writeOn = (socket: { write(data: Buffer): number }) => {
    const written = socket.write(unsent);
    if (written > 0) unsent = unsent.subarray(written);
  };
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: writeOn,
      drain: writeOn,
      data(_socket, chunk) {
        received.push(Buffer.from(chunk));
        if (until === "answer" && isComplete(Buffer.concat(received))) finish();
      },
      close() {
        closed = true;
        finish();
      },
      error: () => finish(),
    },
  });
  const timer = setTimeout(finish, timeoutMs);
  await finished;
  clearTimeout(timer);
  const answer = { ...parseHead(Buffer.concat(received)), closed };
  socket.terminate();
  return answer;
}

/** An HTTP request head with `Host` set, ended by an empty line. */
export function requestHead(app: Reachable, line: string, headers: Record<string, string> = {}): string {
  const fields = Object.entries({ Host: new URL(app.url).host, ...headers });
  return `${line} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** The body as a JSON object, or undefined. */
export function wireJson(answer: { body: string }): JsonObject | undefined {
  try {
    return JSON.parse(Buffer.from(answer.body, "latin1").toString("utf8")) as JsonObject;
  } catch {
    return undefined;
  }
}

function isComplete(bytes: Buffer): boolean {
  const { status, headers, body } = parseHead(bytes);
  if (status === 0) return false;
  if (status === 101 || status === 204 || status === 304) return true;
  const length = headers["content-length"];
  if (length !== undefined) return body.length >= Number(length);
  return headers["transfer-encoding"] === "chunked" ? body.endsWith("0\r\n\r\n") : false;
}

function parseHead(bytes: Buffer): Omit<WireAnswer, "closed"> {
  const received = bytes.toString("latin1");
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return { status: 0, headers: {}, body: "", received };
  const [statusLine = "", ...lines] = received.slice(0, end).split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { status: Number(statusLine.split(" ")[1]), headers, body: received.slice(end + 4), received };
}
