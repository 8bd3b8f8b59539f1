/**
 * What a browser may offer, as far as it is used here. It is written out because the same sources compile without the
 * browser's own types: Node and Bun have some of it, and some of it not at all.
 */

export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface LockManager {
  request<T>(name: string, options: { signal?: AbortSignal }, work: () => Promise<T> | T): Promise<T>;
}

interface Channel {
  postMessage(message: unknown): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  /** Node: the channel keeps no process alive. */
  unref?(): void;
}

interface EventSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

/** The part of XMLHttpRequest that is used here: only it tells how far an upload is. */
export interface XhrLike {
  upload: { onprogress: ((event: { loaded: number }) => void) | null };
  status: number;
  responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Blob): void;
  abort(): void;
}

export interface BrowserGlobals extends Partial<EventSource> {
  localStorage?: KeyValueStorage;
  location?: { origin?: string };
  navigator?: { onLine?: boolean; locks?: LockManager };
  BroadcastChannel?: new (name: string) => Channel;
  document?: EventSource & { visibilityState?: string };
  XMLHttpRequest?: new () => XhrLike;
  WebSocket?: unknown;
  indexedDB?: unknown;
}

export const browser = globalThis as unknown as BrowserGlobals;

/** Null where there is none or where the user has forbidden it. */
export function findLocalStorage(): KeyValueStorage | null {
  try {
    return browser.document === undefined ? null : (browser.localStorage ?? null);
  } catch {
    return null;
  }
}
