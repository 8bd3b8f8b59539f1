import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that the provider got. */
interface ProviderRequest {
  path: string;
  authorization: string | null;
  body: {
    model: string;
    stream?: boolean;
    messages: { role: string; content: string }[];
  };
}

/** How the provider answers a request. */
export interface ProviderBehaviour {
  /** The answer in pieces, each an event of its own; by default it echoes the last message's words. */
  pieces?: string[];
  /** Before each piece. */
  pieceDelayMs?: number;
  /** Before anything, the status line included. */
  delayMs?: number;
  /** Answers this status and no stream. */
  status?: number;
  headers?: Record<string, string>;
  /** After this many pieces the connection is cut, an error event is sent, silence begins, or rubbish comes. */
  fault?: { after: number; kind: "cut" | "error" | "silence" | "rubbish" | "end" };
  /** Sent raw in place of events. */
  raw?: Uint8Array<ArrayBuffer>;
  /** How it says that it ended; `stop` by default. */
  ending?: "length" | "content_filter";
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** A server of OpenAI's chat completions: real HTTP, real server-sent events, and every fault one can have. */
export class TestProvider {
  readonly requests: ProviderRequest[] = [];
  models: Record<string, unknown>[] = [{ id: "test-model", object: "model" }];
  /** Decides by request; the default behaviour where it answers nothing. */
  behave: (request: ProviderRequest) => ProviderBehaviour = () => ({});
  /** Streams that are open. */
  open = 0;
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#answer(request, response);
    });
  }

  static async start(): Promise<TestProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TestProvider(server);
  }

  /** What the server's environment needs to ask it. */
  get env(): Record<string, string> {
    return {
      AI_BASE_URL: `http://127.0.0.1:${this.#port}/v1`,
      AI_API_KEY: "sk-test-secret",
      AI_DEFAULT_MODEL: "test-model",
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    if (path === "/v1/models") return sendJson(response, 200, { object: "list", data: this.models });
    if (path !== "/v1/chat/completions") return sendJson(response, 404, {});
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as ProviderRequest["body"];
    const got = { path, authorization: request.headers.authorization ?? null, body };
    this.requests.push(got);
    const behaviour = this.behave(got);
    if (behaviour.delayMs !== undefined) await Bun.sleep(behaviour.delayMs);
    if (behaviour.status !== undefined) {
      const error = { error: { message: "sk-test-secret is not welcome", type: "test" } };
      return sendJson(response, behaviour.status, error, behaviour.headers);
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (behaviour.raw !== undefined) response.end(behaviour.raw);
    else await this.#stream(got, behaviour, response);
  }

  async #stream(
    { body }: ProviderRequest,
    behaviour: ProviderBehaviour,
    response: ServerResponse,
  ): Promise<void> {
    const pieces = behaviour.pieces ?? (body.messages.at(-1)?.content ?? "").split(/(?<= )/);
    const { promise: left, resolve: leave } = Promise.withResolvers<void>();
    let isOpen = true;
    this.open++;
    const close = () => {
      if (isOpen) this.open--;
      isOpen = false;
      leave();
    };
    response.on("close", close);
    for (const [index, content] of pieces.entries()) {
      if (!isOpen || behaviour.fault?.after === index) break;
      await Bun.sleep(behaviour.pieceDelayMs ?? 0);
      sendEvent(response, { choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    }
    switch (behaviour.fault?.kind) {
      case undefined:
        sendEvent(response, {
          choices: [{ index: 0, delta: {}, finish_reason: behaviour.ending ?? "stop" }],
        });
        if (behaviour.usage !== undefined) sendEvent(response, { choices: [], usage: behaviour.usage });
        response.write("data: [DONE]\n\n");
        break;
      case "error":
        sendEvent(response, { error: { message: "sk-test-secret overheated" } });
        break;
      case "rubbish":
        response.write("data: { this is no JSON\n\n");
        break;
      case "silence":
        await left;
        break;
      case "cut":
        await Bun.sleep(100);
        response.socket?.destroy();
        close();
        break;
      case "end":
    }
    response.end();
  }
}

function sendEvent(response: ServerResponse, data: unknown): void {
  response.write(`data: ${JSON.stringify(data)}\n\n`);
}

function sendJson(
  response: ServerResponse,
  status: number,
  data: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(data));
}

/** One server-sent event. */
export interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
  /** Milliseconds since the request. */
  atMs: number;
}

/** Reads a text/event-stream to its end, or until `enough`. */
export async function readEventStream(
  response: Response,
  enough: (events: StreamEvent[]) => boolean = () => false,
): Promise<StreamEvent[]> {
  const started = performance.now();
  const events: StreamEvent[] = [];
  const decoder = new TextDecoder();
  let rest = "";
  if (response.body === null) throw new Error("no stream");
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event === undefined || data === undefined) continue;
      events.push({ event, data: JSON.parse(data), atMs: performance.now() - started });
    }
    if (enough(events)) break;
  }
  return events;
}

/** What the deltas of a stream say together. */
export function textOf(events: Pick<StreamEvent, "event" | "data">[]): string {
  return events
    .filter(({ event }) => event === "delta")
    .map(({ data }) => data.content)
    .join("");
}
