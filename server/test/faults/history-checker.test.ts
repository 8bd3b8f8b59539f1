import { describe, expect, test } from "bun:test";
import type { HistoryRecord, StoredMessage } from "./history.ts";
import { contentOf, keyOf } from "./history.ts";
import { checkHistory, type HistoryFaultKind, type HistoryToCheck } from "./history-checker.ts";

const room = "room-1";

function message(seq: number, key: string | null = `k${seq}`): StoredMessage {
  return { conversationId: room, messageId: `m-${key ?? seq}`, seq, senderId: "ann", key };
}

function sent(key: string, attempt = 1, connection: string | null = "s1#1"): HistoryRecord {
  return { kind: "invoke", key, attempt, conversationId: room, senderId: "ann", connection };
}

function acked(seq: number, key = `k${seq}`, attempt = 1): HistoryRecord {
  return { kind: "ok", key, attempt, messageId: `m-${key}`, seq };
}

function delivered(seq: number, key = `k${seq}`, connection = "s2#1"): HistoryRecord {
  return {
    kind: "delivered",
    subscriber: connection.split("#")[0] ?? connection,
    connection,
    conversationId: room,
    messageId: `m-${key}`,
    seq,
    key,
  };
}

/** Three messages sent, acknowledged, delivered to `s2` and stored: a run without fault, to be spoiled by one thing. */
function soundRun(): { records: HistoryRecord[]; stored: StoredMessage[] } {
  const records = [1, 2, 3].flatMap((seq) => [sent(`k${seq}`), acked(seq), delivered(seq)]);
  return { records, stored: [message(3), message(2), message(1)] };
}

function kindsOf(records: HistoryRecord[], stored: StoredMessage[], more: Partial<HistoryToCheck> = {}) {
  const checked = checkHistory({
    records,
    stored: new Map([[room, stored]]),
    seqBefore: new Map(),
    followed: new Map([["s2", new Map([[room, 0]])]]),
    ...more,
  });
  return { ...checked, kinds: [...new Set(checked.faults.map((fault) => fault.kind))] };
}

describe("a run without fault", () => {
  test("passes and is counted", () => {
    const { records, stored } = soundRun();
    const { kinds, acknowledged, lost, doubled, deliveries } = kindsOf(records, stored);
    expect(kinds).toEqual([]);
    expect({ acknowledged, lost, doubled, deliveries }).toEqual({
      acknowledged: 3,
      lost: 0,
      doubled: 0,
      deliveries: 3,
    });
  });

  test("an unknown send may be stored or not, and a repeated one may be acknowledged twice alike", () => {
    const { records, stored } = soundRun();
    records.push(sent("lost-answer"), { kind: "unknown", key: "lost-answer", attempt: 1, reason: "cut" });
    records.push(sent("k4"), { kind: "unknown", key: "k4", attempt: 1, reason: "cut" });
    records.push(sent("k4", 2), acked(4, "k4", 2), sent("k4", 3), acked(4, "k4", 3), delivered(4));
    expect(kindsOf(records, [message(4), ...stored]).kinds).toEqual([]);
  });

  test("what was there before the load needs no record", () => {
    const records = [sent("k2"), acked(2), delivered(2)];
    const more = { seqBefore: new Map([[room, 1]]), followed: new Map([["s2", new Map([[room, 1]])]]) };
    expect(kindsOf(records, [message(2), message(1, null)], more).kinds).toEqual([]);
  });

  test("acknowledgements after a backup began may be missing from it", () => {
    const { records, stored } = soundRun();
    const result = kindsOf(records, stored.slice(1), { acknowledgedBefore: 6, followed: new Map() });
    expect(result.kinds).toEqual(["stream-not-stored"]);
    expect(result).toMatchObject({ acknowledged: 2, lost: 0 });
  });
});

interface Planted {
  what: string;
  spoil: (run: { records: HistoryRecord[]; stored: StoredMessage[] }) => void;
  found: HistoryFaultKind[];
}

function replace(records: HistoryRecord[], position: number, ...instead: HistoryRecord[]): void {
  records.splice(position, 1, ...instead);
}

const planted: Planted[] = [
  {
    what: "an acknowledged message that is gone",
    spoil: ({ stored }) => stored.shift(),
    found: ["lost", "stream-not-stored"],
  },
  {
    what: "a message stored twice under one key",
    spoil: ({ records, stored }) => {
      stored.unshift({ ...message(4, "k3"), messageId: "m-again" });
      records.push({ ...delivered(4, "k3"), messageId: "m-again" } as HistoryRecord);
    },
    found: ["doubled"],
  },
  {
    what: "one row listed twice",
    spoil: ({ stored }) => stored.unshift(message(3)),
    found: ["doubled", "seq-twin"],
  },
  {
    what: "a gap in seq",
    spoil: ({ records, stored }) => {
      replace(records, 6, sent("k4"), acked(4), delivered(4));
      records.splice(9);
      stored.splice(0, 1, message(4));
    },
    found: ["seq-gap", "stream-gap"],
  },
  {
    what: "two messages of one seq",
    spoil: ({ records, stored }) => {
      records.unshift(sent("twin"), { kind: "unknown", key: "twin", attempt: 1, reason: "cut" });
      stored.unshift(message(3, "twin"));
    },
    found: ["seq-twin"],
  },
  {
    what: "a list out of order",
    spoil: ({ stored }) => stored.reverse(),
    found: ["list-order"],
  },
  {
    what: "an acknowledgement with another message's seq",
    spoil: ({ records }) =>
      replace(records, 7, { kind: "ok", key: "k3", attempt: 1, messageId: "m-k3", seq: 9 }),
    found: ["false-ack"],
  },
  {
    what: "a second attempt acknowledged as another message",
    spoil: ({ records }) =>
      records.push(sent("k3", 2), { kind: "ok", key: "k3", attempt: 2, messageId: "m-other", seq: 3 }),
    found: ["false-ack"],
  },
  {
    what: "a message stored in another sender's name",
    spoil: ({ stored }) => stored.splice(0, 1, { ...message(3), senderId: "bob" }),
    found: ["false-ack"],
  },
  {
    what: "a refused message that is stored",
    spoil: ({ records }) => replace(records, 7, { kind: "fail", key: "k3", attempt: 1, reason: "FORBIDDEN" }),
    found: ["phantom"],
  },
  {
    what: "a message that nobody sent",
    spoil: ({ records, stored }) => {
      stored.unshift(message(4, "ghost"));
      records.push(delivered(4, "ghost"));
    },
    found: ["phantom"],
  },
  {
    what: "a later message ordered before an acknowledged one",
    spoil: ({ records, stored }) => {
      records.splice(0, records.length);
      records.push(sent("k2", 1, null), acked(2), sent("k1", 1, null), acked(1));
      records.push(delivered(1), delivered(2), sent("k3"), acked(3), delivered(3));
      expect(stored).toHaveLength(3);
    },
    found: ["real-time-order"],
  },
  {
    what: "one socket's messages swapped",
    spoil: ({ records }) => {
      records.splice(0, 6, sent("k2"), sent("k1"), acked(1), acked(2), delivered(1), delivered(2));
    },
    found: ["sender-order"],
  },
  {
    what: "a chat frame on the sender's socket before its ack",
    spoil: ({ records }) => replace(records, 7, delivered(3, "k3", "s1#1"), acked(3)),
    found: ["chat-before-ack"],
  },
  {
    what: "a stream out of order",
    spoil: ({ records }) => {
      replace(records, 5, delivered(3));
      replace(records, 8, delivered(2));
    },
    found: ["stream-gap", "stream-order"],
  },
  {
    what: "a frame repeated after a resume",
    spoil: ({ records }) => records.push(delivered(3, "k3", "s2#2")),
    found: ["stream-order"],
  },
  {
    what: "a frame left out by a resume",
    spoil: ({ records }) => records.splice(5, 1),
    found: ["stream-gap"],
  },
  {
    what: "a stream that ends early",
    spoil: ({ records }) => records.splice(8, 1),
    found: ["stream-incomplete"],
  },
  {
    what: "a delivered message that was not kept",
    spoil: ({ records }) => records.push(sent("k4"), delivered(4)),
    found: ["stream-not-stored"],
  },
  {
    what: "a frame whose text is another message's",
    spoil: ({ records }) => replace(records, 8, { ...delivered(3), key: "k2" } as HistoryRecord),
    found: ["stream-not-stored"],
  },
  {
    what: "a resume that gives up",
    spoil: ({ records }) =>
      records.push({ kind: "broken", subscriber: "s2", how: "reset", conversationId: null }),
    found: ["stream-broken"],
  },
];

describe("each planted fault is found, and nothing beside it", () => {
  for (const { what, spoil, found } of planted) {
    test(what, () => {
      const run = soundRun();
      spoil(run);
      expect(kindsOf(run.records, run.stored).kinds.sort()).toEqual([...found].sort());
    });
  }

  test("a conversation that fell back behind what it had before the load", () => {
    const more = { seqBefore: new Map([[room, 2]]), followed: new Map() };
    expect(kindsOf([], [message(1, null)], more).kinds).toEqual(["seq-gap"]);
  });

  test("a backup without a message that was acknowledged before it began", () => {
    const records = soundRun().records.filter((record) => record.kind !== "delivered");
    const result = kindsOf(records, [message(1)], { acknowledgedBefore: 4, followed: new Map() });
    expect(result).toMatchObject({ kinds: ["lost"], acknowledged: 2, lost: 1 });
  });
});

test("a text carries its key through any padding, and other texts carry none", () => {
  expect(keyOf(contentOf("0-abc-17", 0))).toBe("0-abc-17");
  expect(keyOf(contentOf("0-abc-17", 300))).toBe("0-abc-17");
  expect(contentOf("k", 301)).toHaveLength(305);
  expect(keyOf("hello [k]")).toBeNull();
});
