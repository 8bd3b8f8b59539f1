import { browser } from "../platform/browser.ts";
import type { OutboxEntry, OutboxStore } from "./outbox-store.ts";

/** The part of IndexedDB that is used here. */
interface DbRequest<Result> {
  result: Result;
  error: unknown;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}

interface DbOpenRequest extends DbRequest<Db> {
  onupgradeneeded: (() => void) | null;
  onblocked: (() => void) | null;
}

interface DbIndex {
  getKey(key: string): DbRequest<number | undefined>;
  getAll(key: string): DbRequest<StoredEntry[]>;
}

interface DbStore {
  add(value: OutboxEntry): DbRequest<number>;
  put(value: StoredEntry): DbRequest<number>;
  delete(key: number): DbRequest<undefined>;
  index(name: string): DbIndex;
  createIndex(name: string, path: string, options?: { unique: boolean }): unknown;
}

interface DbTransaction {
  objectStore(name: string): DbStore;
  error: unknown;
  oncomplete: (() => void) | null;
  onabort: (() => void) | null;
}

interface Db {
  transaction(
    store: string,
    mode: "readonly" | "readwrite",
    options?: { durability: "strict" },
  ): DbTransaction;
  createObjectStore(name: string, options: { keyPath: string; autoIncrement: true }): DbStore;
  close(): void;
  onversionchange: (() => void) | null;
  onclose: (() => void) | null;
}

interface DbFactory {
  open(name: string, version: number): DbOpenRequest;
}

type StoredEntry = OutboxEntry & {
  /** Grows with each entry: the order in which they were written. */ place: number;
};

const storeName = "entries";

export function hasIndexedDb(): boolean {
  return browser.document !== undefined && browser.indexedDB !== undefined;
}

/** Keeps messages in the browser's IndexedDB: they survive a reload and a restart, and all tabs see them. */
export function indexedOutboxStore(name = "parley.outbox"): OutboxStore {
  let opening: Promise<Db> | null = null;
  const open = () => {
    opening ??= openDb(name, () => {
      opening = null;
    });
    opening.catch(() => {
      opening = null;
    });
    return opening;
  };

  /** Runs `work` in one transaction; resolves when it is durable. */
  const write = async (work: (store: DbStore) => void): Promise<void> => {
    const transaction = (await open()).transaction(storeName, "readwrite", { durability: "strict" });
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(storeName));
    });
  };
  const withPlace = (store: DbStore, id: string, work: (place: number) => void) => {
    const request = store.index("id").getKey(id);
    request.onsuccess = () => {
      if (request.result !== undefined) work(request.result);
    };
  };

  return {
    sharedAs: name,
    add: (entry) => write((store) => void store.add(entry)),
    update: (entry) =>
      write((store) => withPlace(store, entry.id, (place) => void store.put({ ...entry, place }))),
    remove: (id) => write((store) => withPlace(store, id, (place) => void store.delete(place))),
    list: async (userId) => {
      const transaction = (await open()).transaction(storeName, "readonly");
      const stored = await answerOf(transaction.objectStore(storeName).index("user_id").getAll(userId));
      return stored.toSorted((a, b) => a.place - b.place).map(({ place: _, ...entry }) => entry);
    },
  };
}

function openDb(name: string, lost: () => void): Promise<Db> {
  const request = (browser.indexedDB as DbFactory).open(name, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(storeName, { keyPath: "place", autoIncrement: true });
    store.createIndex("id", "id", { unique: true });
    store.createIndex("user_id", "user_id");
  };
  return answerOf(request).then((db) => {
    // A later version of the page, in another tab, wants to change the database.
    db.onversionchange = () => {
      db.close();
      lost();
    };
    db.onclose = lost;
    return db;
  });
}

function answerOf<Result>(request: DbRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
