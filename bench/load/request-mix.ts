import { HttpConnection } from "./http-client.ts";
import { sendSteadily } from "./open-loop.ts";

/** One request to make, and the name under which its time is kept. */
interface MixedRequest {
  path: string;
  token: string;
  kind: string;
  /** GET unless named. */
  method?: string;
  body?: unknown;
}

const CONNECTIONS = 64;

/** Requests at a steady rate over keep-alive connections; the time to wait for a free one counts. */
export class RequestMix {
  /** Answers with another status than 200 and 201. */
  refused = 0;
  private readonly idle: HttpConnection[];
  private readonly all: readonly HttpConnection[];
  private readonly waiting: ((connection: HttpConnection) => void)[] = [];
  private readonly timesByKind = new Map<string, number[]>();

  constructor(port: number) {
    this.all = Array.from({ length: CONNECTIONS }, () => new HttpConnection(port));
    this.idle = [...this.all];
  }

  /** Resolves when every request has its answer. */
  async run(perSecond: number, seconds: number, request: (n: number) => MixedRequest): Promise<void> {
    const answers: Promise<void>[] = [];
    await sendSteadily(perSecond, seconds, (n) => {
      answers.push(this.ask(request(n)));
    });
    await Promise.all(answers);
  }

  /** Milliseconds from when a request was due to its whole answer. */
  times(kind: string): readonly number[] {
    return this.timesByKind.get(kind) ?? [];
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private async ask(request: MixedRequest): Promise<void> {
    const start = performance.now();
    const connection = this.idle.shift() ?? (await this.nextIdle());
    const { method = "GET", path, token, body } = request;
    const { status } = await connection.request(method, path, token, body);
    const times = this.timesByKind.get(request.kind);
    const elapsed = performance.now() - start;
    if (times === undefined) this.timesByKind.set(request.kind, [elapsed]);
    else times.push(elapsed);
    if (status !== 200 && status !== 201) this.refused++;
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(connection);
    else next(connection);
  }

  private nextIdle(): Promise<HttpConnection> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
