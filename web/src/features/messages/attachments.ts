import { useEffect, useRef, useState } from "react";
import type { Message } from "../../../../sdk/src/index.ts";
import { ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";

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

/** The files of one message: each is sent as soon as it is chosen, so that sending the message waits for little. */
export function useUploads() {
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const aborts = useRef(new Map<string, AbortController>());
  useEffect(() => {
    const running = aborts.current;
    return () => {
      for (const abort of running.values()) abort.abort();
    };
  }, []);
  const change = (key: string, changed: Partial<Upload>) =>
    setUploads((before) => before.map((each) => (each.key === key ? { ...each, ...changed } : each)));
  const start = async (key: string, file: File) => {
    const abort = new AbortController();
    aborts.current.set(key, abort);
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
    }
  };
  return {
    uploads,
    add: (files: readonly File[]) => {
      const added = files.map((file) => ({
        key: crypto.randomUUID(),
        file,
        progress: 0,
        state: { name: "uploading" } as const,
      }));
      setUploads((before) => [...before, ...added]);
      for (const { key, file } of added) void start(key, file);
    },
    retry: ({ key, file }: Upload) => void start(key, file),
    remove: (key: string) => {
      aborts.current.get(key)?.abort();
      setUploads((before) => before.filter((each) => each.key !== key));
    },
    clear: () => setUploads([]),
  };
}

/** The files are all there: the message can go. */
export function readyAttachments(uploads: readonly Upload[]): Attachment[] | null {
  const ready = uploads.flatMap(({ state }) => (state.name === "ready" ? [state.attachment] : []));
  return ready.length === uploads.length ? ready : null;
}
