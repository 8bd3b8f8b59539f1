import { dlopen, FFIType, type Library, ptr } from "bun:ffi";
import { readFileSync } from "node:fs";
import type { Cleanup } from "./cleanup.ts";
import { closeCodeAtEnd } from "./websocket-bytes.ts";

const socketCalls = {
  socket: { args: [FFIType.i32, FFIType.i32, FFIType.i32], returns: FFIType.i32 },
  connect: { args: [FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
  send: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
  recv: { args: [FFIType.i32, FFIType.ptr, FFIType.u64, FFIType.i32], returns: FFIType.i64 },
  setsockopt: {
    args: [FFIType.i32, FFIType.i32, FFIType.i32, FFIType.ptr, FFIType.u32],
    returns: FFIType.i32,
  },
  getsockname: { args: [FFIType.i32, FFIType.ptr, FFIType.ptr], returns: FFIType.i32 },
  close: { args: [FFIType.i32], returns: FFIType.i32 },
} as const;

let opened: Library<typeof socketCalls> | null = null;

/** The C library's socket calls, loaded at the first use: only Linux has it under this name. */
function libc() {
  opened ??= dlopen("libc.so.6", socketCalls);
  return opened.symbols;
}

const AF_INET = 2;
const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVTIMEO = 20;
const SO_ATTACH_FILTER = 26;
const MSG_DONTWAIT = 0x40;

/**
 * A WebSocket opened by hand, below everything that would read for it. It never reads after the handshake, so it
 * is a client that has stopped reading; `cut` makes it a half-open one: the kernel then drops all that arrives for
 * it, unacknowledged, as if the cable were gone.
 */
export class SilentSocket {
  readonly port: number;
  private readonly fd: number;
  private readonly firstBytes: Buffer;

  private constructor(fd: number, port: number, firstBytes: Buffer) {
    this.fd = fd;
    this.port = port;
    this.firstBytes = firstBytes;
  }

  /** Connects and upgrades; throws when the answer is not 101. Closed by the cleanup. */
  static open(url: string, path: string, accessToken: string, cleanup: Cleanup): SilentSocket {
    const { hostname, port } = new URL(url);
    const fd = libc().socket(AF_INET, SOCK_STREAM_CLOEXEC, 0);
    if (fd < 0) throw new Error("socket() failed");
    cleanup.defer(() => libc().close(fd));
    const address = new Uint8Array(16);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_INET, true);
    view.setUint16(2, Number(port));
    address.set(hostname.split(".").map(Number), 4);
    setOption(fd, SO_RCVBUF, new Int32Array([4_096]));
    setOption(fd, SO_RCVTIMEO, new BigInt64Array([5n, 0n]));
    if (libc().connect(fd, ptr(address), address.length) !== 0) throw new Error(`connect to ${url} failed`);
    const request = new TextEncoder().encode(
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${hostname}:${port}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        `Sec-WebSocket-Key: ${btoa("a silent socket!")}`,
        `Authorization: Bearer ${accessToken}`,
        "\r\n",
      ].join("\r\n"),
    );
    libc().send(fd, ptr(request), request.length, 0);
    const answer = new Uint8Array(12);
    const received = Number(libc().recv(fd, ptr(answer), answer.length, 0));
    const start = new TextDecoder().decode(answer.subarray(0, Math.max(0, received)));
    if (start !== "HTTP/1.1 101") throw new Error(`upgrade refused: ${start}`);
    return new SilentSocket(fd, portOf(fd), Buffer.from(answer));
  }

  /** Reads at last, until the server has no more to say; the close code it ended with, null without one. */
  async readToEnd(limitMs: number): Promise<number | null> {
    setOption(this.fd, SO_RCVBUF, new Int32Array([1 << 20]));
    const chunks: Buffer[] = [this.firstBytes];
    const began = performance.now();
    const chunk = Buffer.alloc(1 << 18);
    for (;;) {
      const count = Number(libc().recv(this.fd, ptr(chunk), chunk.length, MSG_DONTWAIT));
      if (count > 0) chunks.push(Buffer.from(chunk.subarray(0, count)));
      const code = count === 0 ? closeCodeAtEnd(Buffer.concat(chunks)) : null;
      if (count === 0 || performance.now() - began > limitMs) return code;
      if (count < 0) await Bun.sleep(10);
    }
  }

  /** From now on nothing that the server sends arrives, and nothing tells the server so. */
  cut(): void {
    const dropEverything = new Uint8Array(8);
    new DataView(dropEverything.buffer).setUint16(0, 0x06, true);
    const program = new Uint8Array(16);
    const view = new DataView(program.buffer);
    view.setUint16(0, 1, true);
    view.setBigUint64(8, BigInt(ptr(dropEverything)), true);
    setOption(this.fd, SO_ATTACH_FILTER, program);
  }
}

/** The clients' ports of all connections whose end at the server is established just now. */
export function portsHeldByServer(serverUrl: string): Set<number> {
  const local = `:${Number(new URL(serverUrl).port).toString(16).toUpperCase().padStart(4, "0")}`;
  const held = new Set<number>();
  for (const table of ["/proc/self/net/tcp", "/proc/self/net/tcp6"]) {
    for (const line of readFileSync(table, "utf8").split("\n")) {
      const [, from = "", to = "", state = ""] = line.trim().split(/\s+/);
      if (from.endsWith(local) && state === "01") held.add(Number.parseInt(to.split(":")[1] ?? "", 16));
    }
  }
  return held;
}

function setOption(fd: number, option: number, value: NodeJS.TypedArray): void {
  const { buffer, byteOffset, byteLength } = value;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if (libc().setsockopt(fd, SOL_SOCKET, option, ptr(bytes), byteLength) !== 0) {
    throw new Error(`setsockopt ${option} failed`);
  }
}

function portOf(fd: number): number {
  const address = new Uint8Array(16);
  const length = new Uint32Array([16]);
  if (libc().getsockname(fd, ptr(address), ptr(length)) !== 0) throw new Error("getsockname failed");
  return new DataView(address.buffer).getUint16(2);
}
