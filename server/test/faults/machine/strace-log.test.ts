import { expect, test } from "bun:test";
import { SyncBeforeAckCheck } from "./strace-log.ts";

const wal = "12</data/parley.sqlite-wal>";
const socket = "20<TCP:[127.0.0.1:8080->127.0.0.1:5000]>";
const writes = (key: string, pid = 7) => `${pid} pwrite64(${wal}, "..\\0[${key}] lorem", 4096, 24) = 4096`;
const syncs = (pid = 7) => `${pid} fdatasync(${wal})    = 0`;
const acks = (key: string, pid = 7) =>
  `${pid} sendto(${socket}, "..{\\"type\\":\\"ack\\",\\"client_message_id\\":\\"${key}\\"}", 90, 0, NULL, 0) = 90`;

function check(...lines: string[]) {
  const checked = new SyncBeforeAckCheck("/data");
  for (const line of lines) checked.take(line);
  return { faults: checked.faults.length, seen: [...checked.sentKeys] };
}

test("written, synced, acknowledged: in order, on one thread or two", () => {
  expect(check(writes("k1-a"), syncs(), acks("k1-a"))).toEqual({ faults: 0, seen: ["k1-a"] });
  expect(
    check(
      writes("k1-a", 8),
      `8 fdatasync(${wal} <unfinished ...>`,
      writes("k2-b", 9),
      "8 <... fdatasync resumed>) = 0",
      acks("k1-a"),
    ),
  ).toEqual({ faults: 0, seen: ["k1-a"] });
});

test("an ack without, during or before a sync is found", () => {
  expect(check(writes("k1-a"), acks("k1-a")).faults).toBe(1);
  expect(check(acks("k1-a"), writes("k1-a"), syncs()).faults).toBe(1);
  expect(
    check(
      writes("k1-a", 8),
      `8 fdatasync(${wal} <unfinished ...>`,
      acks("k1-a"),
      "8 <... fdatasync resumed>) = 0",
    ).faults,
  ).toBe(1);
});

test("a sync that began before the write, that failed, or that was another file's, counts for nothing", () => {
  expect(
    check(
      `8 fdatasync(${wal} <unfinished ...>`,
      writes("k1-a"),
      "8 <... fdatasync resumed>) = 0",
      acks("k1-a"),
    ).faults,
  ).toBe(1);
  expect(
    check(writes("k1-a"), `7 fdatasync(${wal}) = -1 EIO (Input/output error)`, acks("k1-a")).faults,
  ).toBe(1);
  expect(check(writes("k1-a"), "7 fsync(13</data/other>) = 0", acks("k1-a")).faults).toBe(1);
});

test("a key that a page's end splits is found by its second place", () => {
  const split = `7 pwrite64(${wal}, "..k1-a\\0..[k1", 4096, 24) = 4096`;
  expect(check(split, syncs(), acks("k1-a"))).toEqual({ faults: 0, seen: ["k1-a"] });
});

test("a message that goes out as a chat frame counts like its ack", () => {
  const chat = `7 write(${socket}, "..{\\"type\\":\\"chat\\",\\"content\\":\\"[k3-c] lorem\\"}", 70) = 70`;
  expect(check(chat)).toEqual({ faults: 1, seen: ["k3-c"] });
  expect(check(writes("k3-c"), syncs(), chat, acks("k3-c"))).toEqual({ faults: 0, seen: ["k3-c"] });
});
