import type { Socket } from "bun";

/** An answer; `body` is the raw text. */
interface HttpAnswer {
  status: number;
  body: string;
}

const HEAD_END = "\r\n\r\n";

/**
 * One keep-alive HTTP/1.1 connection with one request at a time: cheaper for the generator than fetch, so
 * that less of a measured time is the generator's own. Opens itself, again when the server closed it for
 * being idle.
 */
export class HttpConnection {
  private readonly port: number;
  private socket: Socket<HttpConnection> | undefined;
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve: (answer: HttpAnswer) => void; reject: (reason: Error) => void } | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async request(method: string, path: string, token?: string, body?: unknown): Promise<HttpAnswer> {
    if (this.waiting !== undefined) throw new Error("one request at a time");
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    this.waiting = { resolve, reject };
    const text = body === undefined ? "" : JSON.stringify(body);
    const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${this.port}`];
    if (token !== undefined) lines.push(`Authorization: Bearer ${token}`);
    if (body !== undefined) {
      lines.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`);
    }
    this.socket ??= await this.connect();
    this.socket.write(`${lines.join("\r\n")}${HEAD_END}${text}`);
    return promise;
  }

  close(): void {
    this.waiting = undefined;
    this.socket?.end();
  }

  private connect(): Promise<Socket<HttpConnection>> {
    return Bun.connect<HttpConnection>({
      hostname: "127.0.0.1",
      port: this.port,
      data: this,
      socket: {
        data: (socket, chunk) => socket.data.take(chunk),
        close: (socket) => socket.data.fail("the server closed the connection"),
        error: (socket, error) => socket.data.fail(error.message),
      },
    });
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString("latin1", 0, headEnd);
    const read = readBody(head, this.received, headEnd + HEAD_END.length);
    if (read === undefined) return;
    this.received = this.received.subarray(read.end);
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body: read.body });
  }

  private fail(reason: string): void {
    this.waiting?.reject(new Error(reason));
    this.waiting = undefined;
    this.socket?.terminate();
    this.socket = undefined;
    this.received = Buffer.alloc(0);
  }
}

/** Undefined: it is not whole yet. @throws Error for an answer that does not say where it ends. */
function readBody(head: string, received: Buffer, at: number): { body: string; end: number } | undefined {
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return readChunks(received, at);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined && !/^HTTP\/1.1 (204|304)/.test(head))
    throw new Error(`an answer that does not say its length: ${head}`);
  const end = at + Number(length ?? 0);
  return received.length < end ? undefined : { body: received.toString("utf8", at, end), end };
}

function readChunks(received: Buffer, at: number): { body: string; end: number } | undefined {
  const chunks: Buffer[] = [];
  for (let from = at; ; ) {
    const sizeEnd = received.indexOf("\r\n", from);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(received.toString("latin1", from, sizeEnd), 16);
    const end = sizeEnd + 2 + size + 2;
    if (received.length < end) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks).toString("utf8"), end };
    chunks.push(received.subarray(sizeEnd + 2, end - 2));
    from = end;
  }
}
