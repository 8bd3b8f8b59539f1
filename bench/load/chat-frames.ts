import { textFrame } from "./websocket-client.ts";

const STAMP_DIGITS = 12;
const STAMP_MARK = Buffer.from("@@");
// A sentence of the usual length in chats, behind the room for sender and stamp.
const SENTENCE = "a message about as long as people write them in a chat";

/** What a frame from the server is, told from the first letters of its type. */
type FrameKind = "ack" | "chat" | "error" | "resumed" | "other";

/**
 * Tells a server frame's kind without parsing it. Relies on `{"type":"` being its first bytes, which
 * `assertTypeFirst` checks once on the hello frame.
 */
export function frameKind(bytes: Buffer, start: number): FrameKind {
  const first = bytes[start + 9];
  const second = bytes[start + 10];
  if (first === 0x63 && second === 0x68) return "chat";
  if (first === 0x61) return "ack";
  if (first === 0x65) return "error";
  if (first === 0x72 && second === 0x65 && bytes[start + 11] === 0x73) return "resumed";
  return "other";
}

/** Throws where `frameKind` would be wrong about this server. */
export function assertTypeFirst(bytes: Buffer, start: number, end: number): void {
  const text = bytes.toString("utf8", start, Math.min(end, start + 60));
  if (!text.startsWith('{"type":"'))
    throw new Error(`a frame of this server does not begin with its type: ${text}`);
}

/** One sender's chat frame, built once; each send writes a new id and stamp into the same bytes. */
export class ChatFrame {
  readonly bytes: Buffer;
  private readonly idAt: number;
  private readonly stampAt: number;
  private sends = 0;

  constructor(conversationId: string, sender: number) {
    const zeros = "0".repeat(STAMP_DIGITS);
    const content = `${STAMP_MARK}${String(sender).padStart(5, "0")}:${zeros} ${SENTENCE}`;
    const frame = {
      type: "chat",
      conversation_id: conversationId,
      content,
      message_type: "text",
      client_message_id: `s${String(sender).padStart(5, "0")}-${zeros}`,
    };
    this.bytes = textFrame(JSON.stringify(frame));
    this.stampAt = this.bytes.indexOf(STAMP_MARK) + STAMP_MARK.length + 6;
    this.idAt = this.bytes.lastIndexOf("-") + 1;
  }

  /** The bytes of the next message, stamped with the time now. Valid until the next call. */
  next(): Buffer {
    writeDigits(this.bytes, this.idAt, ++this.sends);
    writeDigits(this.bytes, this.stampAt, Math.round(performance.now() * 1000));
    return this.bytes;
  }
}

/** Sender and age of a delivered message; undefined for one that this bench did not stamp. */
export function readStamp(
  bytes: Buffer,
  start: number,
  end: number,
): { sender: number; sentAtMs: number } | undefined {
  const mark = bytes.indexOf(STAMP_MARK, start);
  if (mark < 0 || mark >= end) return undefined;
  const at = mark + STAMP_MARK.length;
  const sender = Number(bytes.toString("latin1", at, at + 5));
  const sentAtMs = Number(bytes.toString("latin1", at + 6, at + 6 + STAMP_DIGITS)) / 1000;
  return { sender, sentAtMs };
}

function writeDigits(bytes: Buffer, at: number, value: number): void {
  let rest = value;
  for (let digit = at + STAMP_DIGITS - 1; digit >= at; digit--) {
    bytes[digit] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
