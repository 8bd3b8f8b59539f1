import { expect, test } from "bun:test";
import { closeCodeAtEnd } from "./websocket-bytes.ts";

const handshake = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
const textFrame = (length: number) =>
  length < 126
    ? Buffer.from([0x81, length, ...Buffer.alloc(length, 0x61)])
    : Buffer.from([0x81, 126, length >> 8, length & 0xff, ...Buffer.alloc(length, 0x61)]);
const closeFrame = Buffer.from([0x88, 2, 4408 >> 8, 4408 & 0xff]);
const received = (...frames: Buffer[]) => Buffer.concat([Buffer.from(handshake), ...frames]);

test("the code of a close frame behind texts short and long", () => {
  expect(closeCodeAtEnd(received(textFrame(5), textFrame(9_000), closeFrame))).toBe(4408);
});

test("no code without a close frame, or when the end is cut off", () => {
  expect(closeCodeAtEnd(received())).toBeNull();
  expect(closeCodeAtEnd(received(textFrame(5)))).toBeNull();
  expect(closeCodeAtEnd(received(closeFrame, textFrame(300).subarray(0, 3)))).toBeNull();
  expect(closeCodeAtEnd(Buffer.from("HTTP/1.1 401"))).toBeNull();
});
