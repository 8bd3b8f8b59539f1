import type { Socket } from "bun";

/** What a connection reports to its row. Payloads are views: valid only during the call. */
export interface FrameListener {
  /** A whole text frame; its bytes are `bytes[start, end)`. */
  onFrame(client: WebSocketClient, bytes: Buffer, start: number, end: number): void;
  /** The connection is gone; `code` is the server's close code, 1006 without a close frame. */
  onClose?(client: WebSocketClient, code: number): void;
}

/** Where to connect: a path with its query, and the headers of the upgrade request. */
export interface Endpoint {
  port: number;
  path: string;
  headers: string;
}

/** The server answered an upgrade with something else than 101. */
class UpgradeRefused extends Error {}

const OPCODE_TEXT = 0x1;
const OPCODE_CLOSE = 0x8;
const OPCODE_PING = 0x9;
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
const HEAD_END = "\r\n\r\n";

/**
 * A WebSocket client that costs the generator as little as TypeScript allows: it masks with a zero key,
 * so a frame can be built once and sent many times, and reads frame headers only. It promises no
 * protocol checks: the servers measured here are not on trial for their framing.
 */
export class WebSocketClient {
  /** Free for the row: which participant this connection is. */
  index = 0;
  listener: FrameListener;
  private socket: Socket<WebSocketClient> | undefined;
  private partial: Buffer | undefined;
  private unsent: Buffer | undefined;
  private upgraded = false;
  private closeCode = 1006;
  private settleUpgrade: { resolve: () => void; reject: (reason: Error) => void } | undefined;

  constructor(listener: FrameListener, index: number) {
    this.listener = listener;
    this.index = index;
  }

  /** Resolves when the server has switched protocols. */
  async connect(endpoint: Endpoint): Promise<void> {
    const upgraded = new Promise<void>((resolve, reject) => {
      this.settleUpgrade = { resolve, reject };
    });
    this.socket = await Bun.connect<WebSocketClient>({
      hostname: "127.0.0.1",
      port: endpoint.port,
      socket: HANDLERS,
      data: this,
    });
    this.write(
      Buffer.from(
        `GET ${endpoint.path} HTTP/1.1\r\nHost: 127.0.0.1:${endpoint.port}\r\nUpgrade: websocket\r\n` +
          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
          `${endpoint.headers}\r\n`,
      ),
    );
    await upgraded;
  }

  /** Sends bytes made by `textFrame`. */
  write(bytes: Buffer): void {
    if (this.socket === undefined) return;
    if (this.unsent !== undefined) {
      this.unsent = Buffer.concat([this.unsent, bytes]);
      return;
    }
    const written = this.socket.write(bytes);
    // The caller reuses its buffer, so what the kernel did not take is copied.
    if (written >= 0 && written < bytes.length) this.unsent = Buffer.from(bytes.subarray(written));
  }

  /** Closes as a client that says goodbye does. */
  close(): void {
    this.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]));
    this.socket?.end();
  }

  /** TCP reset without a close frame, as a network cut or a killed process looks to the server. */
  reset(): void {
    this.socket?.terminate();
  }

  received(chunk: Buffer): void {
    let bytes = chunk;
    if (this.partial !== undefined) {
      bytes = Buffer.concat([this.partial, chunk]);
      this.partial = undefined;
    }
    let offset = 0;
    if (!this.upgraded) {
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) {
        this.partial = bytes;
        return;
      }
      offset = end + HEAD_END.length;
      if (!this.acceptUpgrade(bytes, offset)) return;
    }
    offset = this.readFrames(bytes, offset);
    if (offset < bytes.length) this.partial = offset === 0 ? bytes : bytes.subarray(offset);
  }

  drained(): void {
    const rest = this.unsent;
    if (rest === undefined) return;
    this.unsent = undefined;
    this.write(rest);
  }

  closed(): void {
    this.socket = undefined;
    this.settleUpgrade?.reject(new UpgradeRefused("the server closed the connection before the upgrade"));
    if (this.upgraded) this.listener.onClose?.(this, this.closeCode);
  }

  private acceptUpgrade(bytes: Buffer, headEnd: number): boolean {
    const settle = this.settleUpgrade;
    this.settleUpgrade = undefined;
    if (bytes.toString("latin1", 9, 12) === "101") {
      this.upgraded = true;
      settle?.resolve();
      return true;
    }
    const [statusLine] = bytes.toString("latin1", 0, headEnd).split("\r\n");
    settle?.reject(new UpgradeRefused(`${statusLine} ${bytes.toString("utf8", headEnd, headEnd + 300)}`));
    this.reset();
    return false;
  }

  /** Hands out every whole frame from `offset` on; answers the offset of the first incomplete one. */
  private readFrames(bytes: Buffer, from: number): number {
    let offset = from;
    const length = bytes.length;
    while (offset + 2 <= length) {
      let start = offset + 2;
      let size = (bytes[offset + 1] as number) & 0x7f;
      if (size === 126) {
        if (offset + 4 > length) break;
        size = bytes.readUInt16BE(offset + 2);
        start = offset + 4;
      } else if (size === 127) {
        if (offset + 10 > length) break;
        size = Number(bytes.readBigUInt64BE(offset + 2));
        start = offset + 10;
      }
      const end = start + size;
      if (end > length) break;
      const opcode = (bytes[offset] as number) & 0x0f;
      if (opcode === OPCODE_TEXT) this.listener.onFrame(this, bytes, start, end);
      else if (opcode === OPCODE_PING) this.write(PONG);
      else if (opcode === OPCODE_CLOSE && size >= 2) this.closeCode = bytes.readUInt16BE(start);
      offset = end;
    }
    return offset;
  }
}

const HANDLERS = {
  data: (socket: Socket<WebSocketClient>, chunk: Buffer) => socket.data.received(chunk),
  drain: (socket: Socket<WebSocketClient>) => socket.data.drained(),
  close: (socket: Socket<WebSocketClient>) => socket.data.closed(),
  error: (socket: Socket<WebSocketClient>) => socket.data.closed(),
};

/** A masked client text frame around `payload`, with a zero mask key. */
export function textFrame(payload: string): Buffer {
  const body = Buffer.from(payload);
  const long = body.length > 125;
  if (body.length > 0xffff) throw new Error("a frame of this client holds at most 65,535 bytes");
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x81;
  head[1] = 0x80 | (long ? 126 : body.length);
  if (long) head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** Connects all, `width` at a time; the order of the answer is the order of the endpoints. */
export async function connectAll(
  endpoints: readonly Endpoint[],
  listenerOf: (index: number) => FrameListener,
  width = 64,
): Promise<WebSocketClient[]> {
  const clients = endpoints.map((_, index) => new WebSocketClient(listenerOf(index), index));
  let next = 0;
  const connectNext = async (): Promise<void> => {
    for (let index = next++; index < endpoints.length; index = next++) {
      await (clients[index] as WebSocketClient).connect(endpoints[index] as Endpoint);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, endpoints.length) }, connectNext));
  return clients;
}
