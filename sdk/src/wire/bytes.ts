import { browser, type XhrLike } from "../platform/browser.ts";
import { ParleyError, refusalOf } from "./errors.ts";
import type { Fetch } from "./transport.ts";

export interface PutOptions {
  type: string;
  signal?: AbortSignal | undefined;
  /** Bytes sent so far. Without it from the browser, it is told once at the end. */
  progress?: ((sent: number) => void) | undefined;
}

/** Sends bytes to a signed URL: no credentials, no envelope to speak of. @throws ParleyError. */
export async function putBytes(fetch: Fetch, url: string, bytes: Blob, options: PutOptions): Promise<void> {
  const { status, text } = await (browser.XMLHttpRequest === undefined
    ? putByFetch(fetch, url, bytes, options)
    : putByXhr(browser.XMLHttpRequest, url, bytes, options));
  if (status < 200 || status >= 300) throw refusalOf(status, parse(text));
  options.progress?.(bytes.size);
}

interface Answered {
  status: number;
  text: string;
}

async function putByFetch(
  fetch: Fetch,
  url: string,
  body: Blob,
  { type, signal }: PutOptions,
): Promise<Answered> {
  const headers = { "content-type": type };
  try {
    const init: RequestInit = { method: "PUT", headers, body, credentials: "omit" };
    const response = await fetch(url, signal === undefined ? init : { ...init, signal });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw failure(signal, cause);
  }
}

function putByXhr(
  Xhr: new () => XhrLike,
  url: string,
  bytes: Blob,
  { type, signal, progress }: PutOptions,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(failure(signal));
      return;
    }
    const request = new Xhr();
    const giveUp = () => request.abort();
    const end = (settle: () => void) => () => {
      signal?.removeEventListener("abort", giveUp);
      settle();
    };
    request.open("PUT", url);
    request.setRequestHeader("content-type", type);
    request.upload.onprogress = ({ loaded }) => progress?.(loaded);
    request.onload = end(() => resolve({ status: request.status, text: request.responseText }));
    request.onerror = end(() => reject(failure(signal)));
    request.onabort = end(() => reject(failure(signal)));
    signal?.addEventListener("abort", giveUp);
    request.send(bytes);
  });
}

function failure(signal: AbortSignal | undefined, cause?: unknown): ParleyError {
  if (signal?.aborted === true) return new ParleyError("ABORTED", "The upload was given up.");
  return new ParleyError("NETWORK_ERROR", "The upload was cut off. Try again.", { cause });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
