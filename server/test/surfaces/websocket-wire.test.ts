import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { startApp, type TestApp } from "../kit/app.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import type { Conversation, MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { requestHead } from "../kit/wire.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let group: Conversation;

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

interface WireFrame {
  opcode: number;
  payload: Buffer;
}

interface FrameParts {
  fin?: boolean;
  rsv?: number;
  masked?: boolean;
  /** Announced in place of the payload's own length. */
  length?: bigint;
}

/** One frame as RFC 6455 section 5.2 draws it, with any rule broken on request. */
function encode(opcode: number, payload: string | Buffer, parts: FrameParts = {}): Buffer {
  const body = Buffer.from(payload);
  const length = parts.length ?? BigInt(body.length);
  const first = (parts.fin === false ? 0 : 0x80) | ((parts.rsv ?? 0) << 4) | opcode;
  const maskBit = parts.masked === false ? 0 : 0x80;
  const head = length < 126n ? Buffer.alloc(2) : length < 65_536n ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = first;
  if (head.length === 2) head[1] = maskBit | Number(length);
  else if (head.length === 4) {
    head[1] = maskBit | 126;
    head.writeUInt16BE(Number(length), 2);
  } else {
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(length, 2);
  }
  if (maskBit === 0) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  const maskedBody = body.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, maskedBody]);
}

/** A WebSocket client by hand, which sends what no proper one would and reads only when told to. */
class WireSocket {
  readonly frames: WireFrame[] = [];
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.ended = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => socket.destroy());
  }

  static async open(person: Person): Promise<WireSocket> {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    const wire = new WireSocket(socket);
    const head = requestHead(app, "GET /v1/ws/chat", {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
      Authorization: `Bearer ${person.accessToken}`,
    });
    socket.write(head);
    const answer = await new Promise<string>((resolve) => {
      const read = (chunk: Buffer) => {
        wire.#rest = Buffer.concat([wire.#rest, chunk]);
        const end = wire.#rest.indexOf("\r\n\r\n");
        if (end < 0) return;
        const text = wire.#rest.subarray(0, end).toString();
        wire.#rest = wire.#rest.subarray(end + 4);
        socket.off("data", read);
        resolve(text);
      };
      socket.on("data", read);
    });
    expect(answer).toStartWith("HTTP/1.1 101");
    expect(answer.toLowerCase()).not.toContain("sec-websocket-extensions");
    wire.#take(Buffer.alloc(0));
    socket.on("data", (chunk: Buffer) => wire.#take(chunk));
    return wire;
  }

  send(...frames: Buffer[]): void {
    this.#socket.write(Buffer.concat(frames));
  }

  /** Each byte in a packet of its own. */
  async sendSlowly(bytes: Buffer): Promise<void> {
    this.#socket.setNoDelay(true);
    for (const byte of bytes) {
      this.#socket.write(Buffer.from([byte]));
      await Bun.sleep(0);
    }
  }

  set isReading(isReading: boolean) {
    if (isReading) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Waits for a frame of this opcode after the first `skip` of them. */
  async frame(opcode: number, skip = 0): Promise<WireFrame> {
    const deadline = Date.now() + 3_000;
    for (;;) {
      const found = this.frames.filter((frame) => frame.opcode === opcode)[skip];
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`no frame ${opcode} among ${this.frames.length}`);
      await Bun.sleep(2);
    }
  }

  /** The code of the server's close frame, or undefined if it ended without one. */
  async closeCode(): Promise<number | undefined> {
    await Promise.race([this.frame(opcodes.close).catch(() => undefined), this.ended]);
    const payload = this.frames.find(({ opcode }) => opcode === opcodes.close)?.payload;
    return payload && payload.length >= 2 ? payload.readUInt16BE(0) : undefined;
  }

  /** Sends a `ping` command as text and waits for the `pong` command. */
  async expectAlive(): Promise<void> {
    this.send(encode(opcodes.text, '{"type":"ping"}'));
    await this.expectPongs(1);
  }

  /** Waits until the server has answered this many `ping` commands since the connection was opened. */
  async expectPongs(count: number): Promise<void> {
    const deadline = Date.now() + 3_000;
    while (this.#pongs() < count && Date.now() < deadline) await Bun.sleep(2);
    expect(this.#pongs()).toBe(count);
  }

  drop(): void {
    this.#socket.destroy();
  }

  #pongs(): number {
    const isPong = ({ opcode, payload }: WireFrame) => opcode === opcodes.text && payload.includes('"pong"');
    return this.frames.filter(isPong).length;
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (this.#rest.length < 2) return;
      const short = (this.#rest[1] ?? 0) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#rest.length < start) return;
      const length =
        short === 126
          ? this.#rest.readUInt16BE(2)
          : short === 127
            ? Number(this.#rest.readBigUInt64BE(2))
            : short;
      if (this.#rest.length < start + length) return;
      const opcode = (this.#rest[0] ?? 0) & 0x0f;
      this.frames.push({ opcode, payload: this.#rest.subarray(start, start + length) });
      this.#rest = this.#rest.subarray(start + length);
    }
  }
}

const closeFrame = (code: number, reason: string | Buffer = "") => {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return encode(opcodes.close, Buffer.concat([head, Buffer.from(reason)]));
};
const pingCommand = (bytes: number) => {
  const command = (pad: string) => JSON.stringify({ type: "ping", pad });
  return command("x".repeat(Math.max(0, bytes - command("").length)));
};

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
  group = await buildGroup(ann, [bob]);
});

afterAll(() => app.stop());

describe("messages", () => {
  test.each([125, 126, 127, 128, 4_096, 65_535, 65_536])(
    "of %i bytes are taken, whichever length field they need",
    async (bytes) => {
      const socket = await WireSocket.open(ann);
      socket.send(encode(opcodes.text, pingCommand(bytes)));
      await socket.expectPongs(1);
      socket.drop();
    },
  );

  test("in fragments, with pings between them and letters cut apart, are one message", async () => {
    const socket = await WireSocket.open(ann);
    const text = JSON.stringify({
      type: "chat",
      conversation_id: group.id,
      content: "κόσμε 😀",
      client_message_id: "frag",
    });
    const bytes = Buffer.from(text);
    for (const [index, byte] of bytes.entries()) {
      const opcode = index === 0 ? opcodes.text : opcodes.continuation;
      socket.send(encode(opcode, Buffer.from([byte]), { fin: index === bytes.length - 1 }));
      if (index % 20 === 0) socket.send(encode(opcodes.ping, `p${index}`));
    }
    const isAck = ({ payload }: WireFrame) => payload.includes('"ack"');
    while (!socket.frames.some(isAck)) await Bun.sleep(2);
    const page = await bob.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=1`);
    expect(page.data.messages.at(0)).toMatchObject({ content: "κόσμε 😀", client_message_id: "frag" });
    expect((await socket.frame(opcodes.pong)).payload.toString()).toBe("p0");
    socket.drop();
  });

  test("arriving byte by byte are read", async () => {
    const socket = await WireSocket.open(ann);
    await socket.sendSlowly(encode(opcodes.text, '{"type":"ping"}'));
    expect((await socket.frame(opcodes.text, 1)).payload.toString()).toContain('"pong"');
    socket.drop();
  });

  test("with code points that are no characters are valid text", async () => {
    const socket = await WireSocket.open(ann);
    socket.send(encode(opcodes.text, '{"type":"ping","pad":"\uffff\ufffe\u{10ffff}"}'));
    await socket.expectPongs(1);
    socket.drop();
  });
});

describe("control frames", () => {
  test("ping of 0 to 125 bytes is answered by a pong with the same bytes, and a pong by nothing", async () => {
    const socket = await WireSocket.open(ann);
    const payloads = [
      Buffer.alloc(0),
      Buffer.from("hello"),
      Buffer.from([0, 0xff, 0xfe]),
      Buffer.alloc(125, 0x61),
    ];
    socket.send(encode(opcodes.pong, "unasked"), ...payloads.map((payload) => encode(opcodes.ping, payload)));
    await socket.frame(opcodes.pong, 3);
    const pongs = socket.frames.filter(({ opcode }) => opcode === opcodes.pong);
    expect(pongs.map(({ payload }) => payload.toString("hex"))).toEqual(
      payloads.map((each) => each.toString("hex")),
    );
    socket.drop();
  });

  test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])(
    "a close with %i is answered by a close",
    async (code) => {
      const socket = await WireSocket.open(ann);
      socket.send(closeFrame(code, "x".repeat(123)));
      expect(await socket.closeCode()).toBe(code);
      await socket.ended;
    },
  );

  test("a close without a code is answered, and nothing sent after it is taken", async () => {
    const socket = await WireSocket.open(ann);
    const late = { type: "chat", conversation_id: group.id, content: "after the close" };
    socket.send(encode(opcodes.close, ""), encode(opcodes.text, JSON.stringify(late)));
    await socket.ended;
    const page = await bob.get<MessagePage>(`/v1/messages?conversation_id=${group.id}&limit=5`);
    expect(page.data.messages.map(({ content }) => content)).not.toContain("after the close");
  });
});

describe("a broken frame closes its connection", () => {
  const text = (payload: string | Buffer, parts: FrameParts = {}) => encode(opcodes.text, payload, parts);
  const rows: [string, number, () => Buffer[]][] = [
    ["unmasked", 1002, () => [text('{"type":"ping"}', { masked: false })]],
    ["with a reserved bit", 1002, () => [text('{"type":"ping"}', { rsv: 4 })]],
    ["with two reserved bits", 1002, () => [encode(opcodes.ping, "", { rsv: 3 })]],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, number, () => Buffer[]] => [
      `of the reserved kind ${opcode}`,
      1002,
      () => [encode(opcode, "x")],
    ]),
    ["that pings with 126 bytes", 1002, () => [encode(opcodes.ping, "x".repeat(126))]],
    ["that pings in fragments", 1002, () => [encode(opcodes.ping, "x", { fin: false })]],
    ["that goes on with nothing", 1002, () => [encode(opcodes.continuation, "x")]],
    ["that begins anew inside a message", 1002, () => [text("{", { fin: false }), text("}")]],
    ["that closes with one byte", 1002, () => [encode(opcodes.close, "x")]],
    ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535].map((code): [string, number, () => Buffer[]] => [
      `that closes with ${code}`,
      1002,
      () => [closeFrame(code)],
    ]),
    ["that closes with broken text", 1007, () => [closeFrame(1000, Buffer.from([0xff]))]],
    ["with broken text", 1007, () => [text(Buffer.from([0x22, 0xff, 0x22]))]],
    ["with a surrogate in its text", 1007, () => [text(Buffer.from([0xed, 0xa0, 0x80]))]],
    ["with an overlong letter", 1007, () => [text(Buffer.from([0xc0, 0xaf]))]],
    ["with a letter beyond Unicode", 1007, () => [text(Buffer.from([0xf4, 0x90, 0x80, 0x80]))]],
    ["with a cut letter at its end", 1007, () => [text(Buffer.from([0x22, 0xe2, 0x82]))]],
    ["one byte over 64 KiB", 1009, () => [text("x".repeat(65_537))]],
    ["announcing 2^62 bytes", 1009, () => [text("x", { length: 2n ** 62n })]],
    [
      "over 64 KiB in fragments",
      1009,
      () => [
        text("x".repeat(40_000), { fin: false }),
        encode(opcodes.continuation, "x".repeat(40_000), { fin: false }),
      ],
    ],
    [
      "in fragments of one byte without end",
      1009,
      () => [
        text("x", { fin: false }),
        ...Array.from({ length: 66_000 }, () => encode(opcodes.continuation, "x", { fin: false })),
      ],
    ],
  ];
  test.each(rows)("(%s) with %i, and no other", async (_what, code, frames) => {
    const [broken, other] = await Promise.all([WireSocket.open(ann), WireSocket.open(ann)]);
    broken.send(...frames());
    expect(await broken.closeCode()).toBe(code);
    await broken.ended;
    await other.expectAlive();
    other.drop();
  });
});

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const seqsOf = (socket: TestSocket) =>
  socket.frames.filter(({ type }) => type === "chat").map(({ seq }) => seq);

/** Sends messages of some 40 KB each, no more than 20 of them unanswered. */
async function flood(writer: TestSocket, conversationId: string, total: number): Promise<void> {
  for (const number of upTo(total)) {
    const content = `${number}:${"😀".repeat(9_900)}`;
    writer.send({ type: "chat", conversation_id: conversationId, content, client_message_id: `b${number}` });
    if (number % 20 > 0 && number < total) continue;
    await writer.next(
      ({ type, client_message_id }) => type === "ack" && client_message_id === `b${number}`,
      10_000,
    );
  }
}

describe("a reader slower than its buffer of 1 MiB", () => {
  test("is closed with 4408 after a gapless beginning, the others get everything, and resume the rest", async () => {
    const total = 600;
    const cat = await register(app);
    const busy = await buildGroup(ann, [bob, cat]);
    const slow = await WireSocket.open(cat);
    await slow.frame(opcodes.text);
    slow.isReading = false;
    const [writer, reader] = await Promise.all([TestSocket.connect(app, ann), TestSocket.connect(app, bob)]);
    await flood(writer, busy.id, total);
    await reader.next((frame) => frame.type === "chat" && frame.seq === total, 20_000);
    expect(seqsOf(reader)).toEqual(upTo(total));

    slow.isReading = true;
    await slow.ended;
    expect(await slow.closeCode()).toBe(4408);
    const heard = slow.frames
      .filter(({ opcode, payload }) => opcode === opcodes.text && payload.includes('"type":"chat"'))
      .map(({ payload }) => JSON.parse(payload.toString()) as { seq: number; version: number });
    expect(heard.length).toBeLessThan(total);
    const back = await TestSocket.connect(app, cat, { query: { resume: "true" } });
    const seen = heard.at(-1)?.version ?? busy.version;
    back.send({ type: "resume", epoch: back.hello.epoch, conversations: { [busy.id]: seen } });
    await back.next("resumed", 20_000);
    expect([...heard.map(({ seq }) => seq), ...seqsOf(back)]).toEqual(upTo(total));
    await back.close();
    await Promise.all([writer.close(), reader.close()]);
  }, 60_000);

  test("gets a replay far larger than that buffer whole, as long as it reads", async () => {
    const total = 500;
    const cat = await register(app);
    const busy = await buildGroup(ann, [cat]);
    const writer = await TestSocket.connect(app, ann);
    await flood(writer, busy.id, total);
    const back = await TestSocket.connect(app, cat, { query: { resume: "true" } });
    back.send({ type: "resume", epoch: back.hello.epoch, conversations: { [busy.id]: busy.version } });
    await back.next("resumed", 20_000);
    expect(seqsOf(back)).toEqual(upTo(total));
    expect(back.isOpen).toBe(true);
    await Promise.all([writer.close(), back.close()]);
  }, 60_000);
});
