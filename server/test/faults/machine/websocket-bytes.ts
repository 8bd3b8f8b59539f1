/** The close code of the last frame of what a server sent after its handshake; null when that is no close frame. */
export function closeCodeAtEnd(received: Buffer): number | null {
  let at = received.indexOf("\r\n\r\n") + 4;
  let code: number | null = null;
  while (at >= 4 && at + 2 <= received.length) {
    const opcode = (received[at] ?? 0) & 0x0f;
    const short = (received[at + 1] ?? 0) & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (at + 2 + extra > received.length) return null;
    const length =
      extra === 0
        ? short
        : extra === 2
          ? received.readUInt16BE(at + 2)
          : Number(received.readBigUInt64BE(at + 2));
    const start = at + 2 + extra;
    code = opcode === 0x08 && start + 2 <= received.length ? received.readUInt16BE(start) : null;
    at = start + length;
  }
  return code;
}
