import type { File as StoredFile } from "../../../server/src/contract.ts";
import { backoffMs } from "../platform/backoff.ts";
import { putBytes } from "../wire/bytes.ts";
import type { Call, CallOptions, Query } from "../wire/call.ts";
import { ParleyError } from "../wire/errors.ts";
import type { Fetch } from "../wire/transport.ts";

export interface UploadOptions extends CallOptions {
  /** By default the `File`'s own name, else «file». */
  name?: string;
  /** By default the `Blob`'s own type, else `application/octet-stream`. */
  type?: string;
  isEncrypted?: boolean;
  /** Hex; the server then refuses other bytes. */
  sha256?: string;
  /** Bytes sent so far, of `total`. */
  onProgress?: (sent: number, total: number) => void;
}

/** Above this a file goes in parts, each of which may fail and be sent again by itself. */
const partsAbove = 8 * 1024 * 1024;
const attemptsAtMost = 4;

/** One's own files, and those that one may see in conversations. */
export function filesApi(call: Call, fetch: Fetch, address: string) {
  const downloadUrl = async (id: string, options?: CallOptions): Promise<string> =>
    (await call("getDownloadUrl", { params: { file_id: id } }, options)).download_url;
  return {
    /**
     * Stores a file: announces it, sends its bytes, in parts if it is large, and has it checked. Its `file_id` then goes
     * into `metadata.attachments` of a message.
     * @throws ParleyError PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, CONFLICT (no space left, other bytes than announced).
     */
    upload: async (bytes: Blob, options: UploadOptions = {}): Promise<StoredFile> => {
      const type = options.type ?? (bytes.type === "" ? "application/octet-stream" : bytes.type);
      const announced = await call(
        "getUploadUrl",
        {
          body: {
            file_name: options.name ?? nameOf(bytes),
            file_size: bytes.size,
            content_type: type,
            is_encrypted: options.isEncrypted,
            sha256: options.sha256,
            parts: bytes.size > partsAbove,
          },
        },
        options,
      );
      const urls = (announced.part_urls ?? [announced.upload_url]).map((url) => reachable(url, address));
      const size = announced.part_size ?? bytes.size;
      for (const [index, url] of urls.entries()) {
        const start = index * size;
        const part = bytes.slice(start, start + size, type);
        const progress = (sent: number) => options.onProgress?.(start + sent, bytes.size);
        await persistently(() => putBytes(fetch, url, part, { type, signal: options.signal, progress }));
      }
      return (await call("completeUpload", { body: { file_id: announced.file_id } }, options)).file;
    },
    /** A link to the bytes, good for five minutes. */
    downloadUrl,
    download: async (id: string, options?: CallOptions): Promise<Blob> => {
      const url = await downloadUrl(id, options);
      const { signal } = options ?? {};
      try {
        const response = await fetch(url, signal === undefined ? {} : { signal });
        if (response.ok) return await response.blob();
        throw new ParleyError("BAD_ANSWER", "The file could not be loaded.", { status: response.status });
      } catch (cause) {
        if (cause instanceof ParleyError) throw cause;
        throw new ParleyError("NETWORK_ERROR", "The file could not be loaded. Try again.", { cause });
      }
    },
    /** One's own, newest first. */
    list: (query: Query<"listFiles"> = {}, options?: CallOptions) => call("listFiles", { query }, options),
    /** For 30 days it can be restored. */
    delete: async (id: string, options?: CallOptions): Promise<void> => {
      await call("deleteFile", { params: { file_id: id } }, options);
    },
    restore: async (id: string, options?: CallOptions): Promise<StoredFile> =>
      (await call("restoreFile", { params: { file_id: id } }, options)).file,
    quota: (options?: CallOptions) => call("getStorageQuota", {}, options),
  };
}

/**
 * The server's own upload URLs hold the address that it knows itself by. A page that came by another of its names
 * («localhost») may not call that one, so they are asked under the address that is known to work.
 */
function reachable(url: string, address: string): string {
  const { pathname, search } = new URL(url);
  return pathname.startsWith("/v1/storage/uploads/") ? address + pathname + search : url;
}

function nameOf(bytes: Blob): string {
  return "name" in bytes && typeof bytes.name === "string" && bytes.name !== "" ? bytes.name : "file";
}

/** A network that fails for a moment should not cost a whole upload. */
async function persistently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isHopeless = !(error instanceof ParleyError && error.isTemporary);
      if (isHopeless || attempt === attemptsAtMost) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoffMs(attempt)));
    }
  }
}
