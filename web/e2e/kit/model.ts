import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A question that waits for its answer, which the test gives word by word. */
export class Asked {
  readonly model: string;
  readonly messages: { role: string; content: string }[];
  readonly #response: ServerResponse;

  constructor(
    body: { model: string; messages: { role: string; content: string }[] },
    response: ServerResponse,
  ) {
    this.model = body.model;
    this.messages = body.messages;
    this.#response = response;
  }

  get isOpen(): boolean {
    return !this.#response.destroyed;
  }

  say(content: string): void {
    this.#send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  }

  end(): void {
    this.#send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    this.#response.end("data: [DONE]\n\n");
  }

  /** In the middle of the answer. */
  breakOff(): void {
    this.#response.end();
  }

  /** Before the first word, with an answer that asking again does not help. */
  refuse(): void {
    this.#response.writeHead(400, { "content-type": "application/json" }).end("{}");
  }

  #send(data: unknown): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, { "content-type": "text/event-stream" });
    this.#response.write(`data: ${JSON.stringify(data)}\n\n`);
  }
}

/** A server of OpenAI's chat completions that says what the test wants, when it wants. */
export class TestModel {
  readonly #server: Server;
  readonly #asked: Asked[] = [];
  readonly #waiting: ((asked: Asked) => void)[] = [];
  /** Answers by itself; null: each question waits for `next`. */
  answer: ((question: string) => string) | null = null;

  private constructor(server: Server) {
    this.#server = server;
    server.on(
      "request",
      (request: IncomingMessage, response: ServerResponse) => void this.#take(request, response),
    );
  }

  static async start(): Promise<TestModel> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TestModel(server);
  }

  get env(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return { AI_BASE_URL: `http://127.0.0.1:${port}/v1`, AI_DEFAULT_MODEL: "small-model" };
  }

  /** The next question that was asked and not taken. */
  async next(): Promise<Asked> {
    const known = this.#asked.shift();
    return known ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === "/v1/models") {
      const data = [
        { id: "small-model", context_length: 8_192 },
        { id: "large-model", context_length: 131_072 },
      ];
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
      return;
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = new Asked(JSON.parse(Buffer.concat(chunks).toString("utf8")), response);
    if (this.answer !== null) {
      asked.say(this.answer(asked.messages.at(-1)?.content ?? ""));
      asked.end();
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#asked.push(asked);
    else waiting(asked);
  }
}
