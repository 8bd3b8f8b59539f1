/** A stored row holds its key twice, in the text and as `client_message_id`: a page's end splits one at most. */
const keyPattern = /k\d+-[a-z0-9]+/g;
const callStart = /^(\d+)\s+(\w+)\((\d+)<([^>]*)>/;
const callEnd = /^(\d+)\s+<\.\.\. (\w+) resumed>/;

interface OpenCall {
  file: string;
  keys: string[];
}

/**
 * Reads a strace log (`-f -yy`, calls in the order in which the kernel entered and left them) line by line and
 * checks that no message left through a socket before a sync, begun after the message was written to a file of the
 * data folder, had ended. A message is known by the key in its text.
 */
export class SyncBeforeAckCheck {
  /** Every key that was written to a socket, in an ack or a message. */
  readonly sentKeys = new Set<string>();
  readonly faults: string[] = [];
  syncs = 0;
  private readonly dataDir: string;
  /** Keys written to a file and not yet synced. */
  private readonly unsynced = new Map<string, Set<string>>();
  private readonly durable = new Set<string>();
  private readonly openCalls = new Map<string, OpenCall>();

  constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  take(line: string): void {
    const end = callEnd.exec(line);
    if (end) {
      const [, pid = "", name = ""] = end;
      const open = this.openCalls.get(pid);
      this.openCalls.delete(pid);
      if (open && succeeded(line)) this.leave(name, open);
      return;
    }
    const start = callStart.exec(line);
    if (!start) return;
    const [, pid = "", name = "", , target = ""] = start;
    const isSocket = /^(TCP|TCPv6|socket):/.test(target);
    if (isSocket) {
      this.checkSent(line);
      return;
    }
    if (!target.startsWith(this.dataDir)) return;
    const isSync = name === "fsync" || name === "fdatasync";
    const call = { file: target, keys: isSync ? [...(this.unsynced.get(target) ?? [])] : keysIn(line) };
    if (line.endsWith("<unfinished ...>")) this.openCalls.set(pid, call);
    else if (succeeded(line)) this.leave(name, call);
  }

  private leave(name: string, call: OpenCall): void {
    const unsynced = this.unsynced.get(call.file) ?? new Set();
    this.unsynced.set(call.file, unsynced);
    if (name === "fsync" || name === "fdatasync") {
      this.syncs += 1;
      for (const key of call.keys) {
        this.durable.add(key);
        unsynced.delete(key);
      }
    } else {
      for (const key of call.keys) if (!this.durable.has(key)) unsynced.add(key);
    }
  }

  private checkSent(line: string): void {
    for (const key of keysIn(line)) {
      if (this.sentKeys.has(key)) continue;
      this.sentKeys.add(key);
      if (!this.durable.has(key)) this.faults.push(`${key} left through a socket before its sync had ended`);
    }
  }
}

function keysIn(line: string): string[] {
  return line.match(keyPattern) ?? [];
}

function succeeded(line: string): boolean {
  return /\) += \d+$/.test(line);
}
