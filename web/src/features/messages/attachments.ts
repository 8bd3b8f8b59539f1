import type { Message } from "../../../../sdk/src/index.ts";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { KeyedStore, useKeyed } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { draftKey } from "./drafts.ts";

export type Attachment = Message["attachments"][number];

/** A file on its way into a message that is being written. */
export interface Upload {
  key: string;
  file: File;
  /** From 0 to 1. */
  progress: number;
  state: { name: "uploading" } | { name: "ready"; attachment: Attachment } | { name: "failed"; why: string };
}

/** What was uploaded here: the message on its way knows its files by their ids alone. */
const uploaded = new Map<string, Attachment>();

export function findUploaded(fileId: string): Attachment | undefined {
  return uploaded.get(fileId);
}

/** How a message with these files names itself. */
export function messageTypeFor(attachments: readonly Attachment[]): "text" | "image" | "video" | "file" {
  if (attachments.length === 0) return "text";
  for (const kind of ["image", "video"] as const)
    if (attachments.every(({ content_type }) => content_type.startsWith(`${kind}/`))) return kind;
  return "file";
}

/** By the draft whose message they go with. They wait there, and go on coming, while one looks elsewhere. */
const uploads = new KeyedStore<readonly Upload[]>();
const aborts = new Map<string, AbortController>();
const none: readonly Upload[] = [];
let begun = 0;

/** Forgets them when somebody signs out. */
export function startUploads(): void {
  client.on("signed_out", ({ reason }) => {
    if (reason !== "logout") return;
    for (const abort of aborts.values()) abort.abort();
    uploads.clear();
  });
}

/** The files of one message: each is sent as soon as it is chosen, so that sending the message waits for little. */
export function useUploads(draftId: string) {
  const draft = draftKey(draftId);
  const update = (work: (before: readonly Upload[]) => readonly Upload[]) =>
    uploads.set(draft, work(uploads.get(draft) ?? none));
  const change = (key: string, changed: Partial<Upload>) =>
    update((before) => before.map((each) => (each.key === key ? { ...each, ...changed } : each)));
  const start = async (key: string, file: File) => {
    if (file.size === 0) {
      change(key, { state: { name: "failed", why: texts.emptyFile } });
      return;
    }
    const abort = new AbortController();
    aborts.set(key, abort);
    change(key, { progress: 0, state: { name: "uploading" } });
    try {
      const { file_id, file_name, content_type, file_size } = await client.files.upload(file, {
        signal: abort.signal,
        onProgress: (sent, total) => change(key, { progress: sent / Math.max(1, total) }),
      });
      const attachment = { file_id, file_name, content_type, file_size };
      uploaded.set(file_id, attachment);
      change(key, { progress: 1, state: { name: "ready", attachment } });
    } catch (error) {
      if (error instanceof ParleyError && error.code === "ABORTED") return;
      change(key, { state: { name: "failed", why: explain(error) } });
    } finally {
      aborts.delete(key);
    }
  };
  return {
    uploads: useKeyed(uploads, draft) ?? none,
    add: (files: readonly File[]) => {
      const added = files.map((file) => ({
        key: String(++begun),
        file,
        progress: 0,
        state: { name: "uploading" } as const,
      }));
      update((before) => [...before, ...added]);
      for (const { key, file } of added) void start(key, file);
    },
    retry: ({ key, file }: Upload) => void start(key, file),
    remove: (key: string) => {
      aborts.get(key)?.abort();
      update((before) => before.filter((each) => each.key !== key));
    },
    clear: () => uploads.delete(draft),
  };
}

/** The files are all there: the message can go. */
export function readyAttachments(uploads: readonly Upload[]): Attachment[] | null {
  const ready = uploads.flatMap(({ state }) => (state.name === "ready" ? [state.attachment] : []));
  return ready.length === uploads.length ? ready : null;
}
