import type { HistoryRecord, SendInvoked, StoredMessage } from "./history.ts";

export type HistoryFaultKind =
  | "lost"
  | "doubled"
  | "false-ack"
  | "phantom"
  | "seq-gap"
  | "seq-twin"
  | "list-order"
  | "real-time-order"
  | "sender-order"
  | "chat-before-ack"
  | "stream-order"
  | "stream-gap"
  | "stream-incomplete"
  | "stream-not-stored"
  | "stream-broken";

interface HistoryFault {
  kind: HistoryFaultKind;
  detail: string;
}

export interface CheckedHistory {
  acknowledged: number;
  lost: number;
  doubled: number;
  deliveries: number;
  faults: HistoryFault[];
}

export interface HistoryToCheck {
  records: readonly HistoryRecord[];
  /** Every conversation's messages, newest first as the server lists them. */
  stored: ReadonlyMap<string, readonly StoredMessage[]>;
  /** The highest `seq` of each conversation before the load began; what it does not name began empty. */
  seqBefore: ReadonlyMap<string, number>;
  /** What each subscriber follows: the `seq` it had seen of each conversation when it first connected. */
  followed: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Acknowledgements from this position on may be missing from `stored`: it was taken before them. */
  acknowledgedBefore?: number;
}

interface Send {
  first: SendInvoked;
  connections: Map<number, string | null>;
  /** The highest `seq` acknowledged in the conversation before the first attempt began. */
  floor: number;
  acks: { messageId: string; seq: number; attempt: number; position: number }[];
  failures: number;
  attempts: number;
}

/**
 * Judges a run: every acknowledged message is stored exactly once under the id and `seq` of its acknowledgement,
 * an unknown one at most once, a refused one never; `seq` runs 1, 2, 3 … without gap or twin; order agrees with
 * real time and with each sending socket; each subscriber's stream is the stored list, in order, whole, nothing twice.
 * Pure: it reads the records and the stored lists, and nothing else.
 */
export function checkHistory(input: HistoryToCheck): CheckedHistory {
  const faults: HistoryFault[] = [];
  const sends = collectSends(input.records);
  const storedByKey = groupStoredByKey(input.stored);
  const tally = checkSends(sends, storedByKey, input, faults);
  checkSeqs(input, faults);
  checkRealTimeOrder(sends, storedByKey, faults);
  checkSenderOrder(sends, faults);
  checkAckComesFirst(input.records, sends, faults);
  const deliveries = checkStreams(input, faults);
  return { ...tally, deliveries, faults };
}

function collectSends(records: readonly HistoryRecord[]): Map<string, Send> {
  const sends = new Map<string, Send>();
  const highestAcked = new Map<string, number>();
  for (const [position, record] of records.entries()) {
    if (record.kind === "invoke") {
      const known = sends.get(record.key);
      if (known) {
        known.connections.set(record.attempt, record.connection);
        known.attempts += 1;
      } else {
        sends.set(record.key, {
          first: record,
          connections: new Map([[record.attempt, record.connection]]),
          floor: highestAcked.get(record.conversationId) ?? 0,
          acks: [],
          failures: 0,
          attempts: 1,
        });
      }
    } else if (record.kind === "ok") {
      const send = sends.get(record.key);
      if (!send) continue;
      send.acks.push({ messageId: record.messageId, seq: record.seq, attempt: record.attempt, position });
      const conversation = send.first.conversationId;
      highestAcked.set(conversation, Math.max(highestAcked.get(conversation) ?? 0, record.seq));
    } else if (record.kind === "fail") {
      const send = sends.get(record.key);
      if (send) send.failures += 1;
    }
  }
  return sends;
}

function groupStoredByKey(stored: HistoryToCheck["stored"]): Map<string, StoredMessage[]> {
  const byKey = new Map<string, StoredMessage[]>();
  for (const messages of stored.values()) {
    for (const message of messages) {
      if (message.key === null) continue;
      const twins = byKey.get(message.key);
      if (twins) twins.push(message);
      else byKey.set(message.key, [message]);
    }
  }
  return byKey;
}

function checkSends(
  sends: Map<string, Send>,
  storedByKey: Map<string, StoredMessage[]>,
  input: HistoryToCheck,
  faults: HistoryFault[],
): Pick<CheckedHistory, "acknowledged" | "lost" | "doubled"> {
  const before = input.acknowledgedBefore ?? Number.POSITIVE_INFINITY;
  let acknowledged = 0;
  let lost = 0;
  let doubled = 0;
  for (const [key, send] of sends) {
    const found = storedByKey.get(key) ?? [];
    const required = send.acks.some((ack) => ack.position < before);
    if (required) acknowledged += 1;
    if (found.length > 1) {
      doubled += 1;
      faults.push({ kind: "doubled", detail: `${key} is stored ${found.length} times` });
    }
    const stored = found.find((message) => message.messageId === send.acks[0]?.messageId) ?? found[0];
    if (!stored) {
      if (!required) continue;
      lost += 1;
      faults.push({
        kind: "lost",
        detail: `${key} was acknowledged as seq ${send.acks[0]?.seq} and is not stored`,
      });
    } else {
      checkStoredSend(key, send, stored, faults);
    }
  }
  for (const key of storedByKey.keys()) {
    if (!sends.has(key)) faults.push({ kind: "phantom", detail: `${key} is stored and was never sent` });
  }
  return { acknowledged, lost, doubled };
}

function checkStoredSend(key: string, send: Send, stored: StoredMessage, faults: HistoryFault[]): void {
  if (send.failures === send.attempts) {
    faults.push({ kind: "phantom", detail: `${key} was refused and is stored as seq ${stored.seq}` });
  }
  if (stored.conversationId !== send.first.conversationId || stored.senderId !== send.first.senderId) {
    faults.push({
      kind: "false-ack",
      detail: `${key} is stored in another conversation or of another sender`,
    });
  }
  for (const ack of send.acks) {
    if (ack.messageId === stored.messageId && ack.seq === stored.seq) continue;
    faults.push({
      kind: "false-ack",
      detail: `${key} attempt ${ack.attempt}: acknowledged ${ack.messageId} seq ${ack.seq}, stored ${stored.messageId} seq ${stored.seq}`,
    });
  }
}

function checkSeqs(input: HistoryToCheck, faults: HistoryFault[]): void {
  for (const [conversation, messages] of input.stored) {
    const ids = new Set(messages.map((message) => message.messageId));
    if (ids.size !== messages.length) {
      faults.push({ kind: "doubled", detail: `${conversation} lists a message id twice` });
    }
    for (const [index, message] of messages.entries()) {
      const older = messages[index + 1];
      if (older && older.seq > message.seq) {
        faults.push({
          kind: "list-order",
          detail: `${conversation} lists seq ${message.seq} before ${older.seq}`,
        });
      }
    }
    const seqs = messages.map((message) => message.seq).sort((a, b) => a - b);
    let expected = 1;
    for (const seq of seqs) {
      if (seq === expected - 1)
        faults.push({ kind: "seq-twin", detail: `${conversation} has two of seq ${seq}` });
      else if (seq !== expected) {
        faults.push({ kind: "seq-gap", detail: `${conversation} has seq ${seq} where ${expected} is due` });
      }
      expected = seq + 1;
    }
    const before = input.seqBefore.get(conversation) ?? 0;
    if (expected <= before) {
      faults.push({
        kind: "seq-gap",
        detail: `${conversation} ends at seq ${expected - 1} and had ${before} before`,
      });
    }
  }
}

function checkRealTimeOrder(
  sends: Map<string, Send>,
  storedByKey: Map<string, StoredMessage[]>,
  faults: HistoryFault[],
): void {
  for (const [key, send] of sends) {
    const seq = storedByKey.get(key)?.[0]?.seq;
    if (seq === undefined || seq > send.floor) continue;
    faults.push({
      kind: "real-time-order",
      detail: `${key} has seq ${seq}, yet seq ${send.floor} was acknowledged before it was sent`,
    });
  }
}

/** One socket's sends into one conversation keep their order; repeated ones are apart, their first try may have won. */
function checkSenderOrder(sends: Map<string, Send>, faults: HistoryFault[]): void {
  const last = new Map<string, { key: string; seq: number }>();
  for (const [key, send] of sends) {
    const [ack] = send.acks;
    if (!ack || send.attempts > 1 || send.first.connection === null) continue;
    const lane = `${send.first.connection} ${send.first.conversationId}`;
    const previous = last.get(lane);
    if (previous && previous.seq > ack.seq) {
      faults.push({
        kind: "sender-order",
        detail: `${key} (seq ${ack.seq}) was sent after ${previous.key} (seq ${previous.seq}) on one socket`,
      });
    }
    last.set(lane, { key, seq: ack.seq });
  }
}

function checkAckComesFirst(
  records: readonly HistoryRecord[],
  sends: Map<string, Send>,
  faults: HistoryFault[],
): void {
  for (const [position, record] of records.entries()) {
    if (record.kind !== "delivered" || record.key === null) continue;
    const send = sends.get(record.key);
    const ack = send?.acks.find((candidate) => candidate.attempt === 1);
    if (!send || !ack || send.first.connection !== record.connection || ack.position < position) continue;
    faults.push({
      kind: "chat-before-ack",
      detail: `${record.key} came to its sender's socket before its ack`,
    });
  }
}

function checkStreams(input: HistoryToCheck, faults: HistoryFault[]): number {
  const storedById = new Map<string, StoredMessage>();
  for (const messages of input.stored.values()) {
    for (const message of messages) storedById.set(message.messageId, message);
  }
  const seen = new Map<string, Map<string, number>>();
  for (const [subscriber, from] of input.followed) seen.set(subscriber, new Map(from));
  let deliveries = 0;
  for (const record of input.records) {
    if (record.kind === "broken") {
      faults.push({
        kind: "stream-broken",
        detail: `${record.subscriber}: ${record.how} ${record.conversationId ?? ""}`,
      });
    }
    if (record.kind !== "delivered") continue;
    deliveries += 1;
    const where = `${record.subscriber} in ${record.conversationId}`;
    const stored = storedById.get(record.messageId);
    if (stored?.seq !== record.seq || stored.key !== record.key) {
      faults.push({
        kind: "stream-not-stored",
        detail: `${where}: seq ${record.seq} (${record.key}) is not what is stored`,
      });
    }
    const streams = seen.get(record.subscriber);
    if (!streams) continue;
    const last = streams.get(record.conversationId) ?? 0;
    if (record.seq <= last) {
      faults.push({ kind: "stream-order", detail: `${where}: seq ${record.seq} came after ${last}` });
      continue;
    }
    if (record.seq !== last + 1) {
      faults.push({ kind: "stream-gap", detail: `${where}: seq ${record.seq} came after ${last}` });
    }
    streams.set(record.conversationId, record.seq);
  }
  checkStreamsReachTheEnd(input, seen, faults);
  return deliveries;
}

function checkStreamsReachTheEnd(
  input: HistoryToCheck,
  seen: Map<string, Map<string, number>>,
  faults: HistoryFault[],
): void {
  for (const [subscriber, followed] of input.followed) {
    for (const conversation of followed.keys()) {
      const latest = Math.max(0, ...(input.stored.get(conversation) ?? []).map((message) => message.seq));
      const last = seen.get(subscriber)?.get(conversation) ?? 0;
      if (last >= latest) continue;
      faults.push({
        kind: "stream-incomplete",
        detail: `${subscriber} in ${conversation}: ends at seq ${last} of ${latest}`,
      });
    }
  }
}
