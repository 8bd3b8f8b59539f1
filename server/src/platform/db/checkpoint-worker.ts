import { Database as Handle } from "bun:sqlite";

declare const self: Worker;

/** Moves the write-ahead log's pages into the database, off the main thread: it syncs twice. */
self.onmessage = ({ data: file }: MessageEvent<string>) => {
  try {
    const handle = new Handle(file, { readwrite: true });
    handle.run("pragma busy_timeout = 1000");
    handle.run("pragma wal_autocheckpoint = 0");
    handle.query("pragma wal_checkpoint(passive)").get();
    handle.close();
    self.postMessage(null);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    self.postMessage({ code, message });
  }
};
