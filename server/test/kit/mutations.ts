import type { SeededRandom } from "../faults/seeded-random.ts";

/** A packet as it goes on the wire: text, or bytes. */
export type Packet = string | Uint8Array<ArrayBuffer>;

const insertions = [
  "\0",
  "\x1e",
  "\u202e",
  "\ud800",
  '"',
  "\\",
  "{",
  "[",
  "]}",
  "null",
  "-1",
  "1e400",
  "99999999999999999999",
  "__proto__",
  '{"_placeholder":true,"num":"splice"}',
  '{"_placeholder":true,"num":-1}',
  "51-",
  "599999999-",
  "/other,",
  "😀",
];

type Change = (random: SeededRandom, packet: string, others: readonly string[]) => string;

const changes: readonly Change[] = [
  (random, packet) => {
    const at = random.between(0, packet.length + 1);
    return packet.slice(0, at) + random.pick(insertions) + packet.slice(at);
  },
  (random, packet) => {
    const at = random.between(0, packet.length + 1);
    return packet.slice(0, at) + String.fromCharCode(random.between(0, 256)) + packet.slice(at + 1);
  },
  (random, packet) => {
    const [from, to] = stretch(random, packet);
    return packet.slice(0, from) + packet.slice(to);
  },
  (random, packet) => {
    const [from, to] = stretch(random, packet);
    return packet.slice(0, to) + packet.slice(from, to).repeat(random.between(1, 20)) + packet.slice(to);
  },
  (random, packet) => packet.slice(0, random.between(0, packet.length)),
  (random, packet, others) => {
    const other = random.pick(others);
    return packet.slice(0, random.between(0, packet.length)) + other.slice(random.between(0, other.length));
  },
  (random, packet) => packet.replace(/\d+/, () => random.pick(["", "-1", "0.5", "1e9", "9".repeat(30)])),
  (random, packet) => {
    const depth = random.pick([10, 33, 2_000]);
    return packet.replace(/"[^"]*"/, (word) => "[".repeat(depth) + word + "]".repeat(depth));
  },
  (random, packet) =>
    packet.replace(/"[^"]*"(?=[^"]*$)/, () => `"${"x".repeat(random.pick([0, 300, 40_000]))}"`),
  (random, packet) => packet.replace(/"[^"]*"/, () => random.pick(["null", "true", "[]", "{}", "1"])),
];

/** One of the packets, changed in one to three places. One in twenty goes as bytes. */
export function mutate(random: SeededRandom, packets: readonly string[]): Packet {
  let packet = random.pick(packets);
  for (let count = random.between(1, 4); count > 0; count -= 1)
    packet = random.pick(changes)(random, packet, packets);
  return random.chance(0.05) ? new TextEncoder().encode(packet) : packet;
}

function stretch(random: SeededRandom, packet: string): [number, number] {
  const from = random.between(0, packet.length + 1);
  return [from, random.between(from, packet.length + 1)];
}
