import type { Answer, Caller } from "./caller.ts";
import type { ChatMessage } from "./chat.ts";
import type { Person } from "./person.ts";
import { record } from "./record.ts";
import type { JsonObject } from "./shapes.ts";

/** The smallest picture: one transparent pixel. */
export const png = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="),
  (character) => character.charCodeAt(0),
);

interface FormFile {
  bytes: Uint8Array<ArrayBuffer>;
  name: string;
  /** Empty: the form does not say it. */
  type: string;
}

/** `POST /api/chat/:id/messages/file`, as a browser's form sends it. */
export async function sendFile(
  person: Person,
  chatId: string,
  file: Partial<FormFile> | null,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer<{ message: ChatMessage }>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (file !== null) {
    const { bytes = png, name = "pixel.png", type = "image/png" } = file;
    form.set("file", new Blob([bytes], { type }), name);
  }
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type") ?? "";
  const raw = new Uint8Array(await encoded.arrayBuffer());
  return person.request("POST", `/api/chat/${chatId}/messages/file`, {
    raw,
    headers: { "content-type": type, ...headers },
  });
}

export interface Upload {
  file_id: string;
  upload_url: string;
  expires_at: string;
  part_size?: number;
  part_urls?: string[];
}

export interface StoredFile {
  file_id: string;
  file_name: string;
  file_size: number;
  content_type: string;
  sha256: string | null;
  deleted_at: string | null;
}

export function announce(person: Person, body: JsonObject): Promise<Answer<Upload>> {
  return person.post<Upload>("/v1/storage/upload-url", {
    file_name: "pixel.png",
    file_size: png.length,
    content_type: "image/png",
    ...body,
  });
}

/** `PUT` to a signed URL, without a token. */
export async function put(
  url: string,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { "content-type": "image/png" },
): Promise<Response> {
  const answer = await fetch(url, { method: "PUT", body: bytes, headers });
  record({
    kind: "answer",
    method: "PUT",
    path: new URL(url).pathname,
    status: answer.status,
    body: null,
  });
  return answer;
}

export function complete(person: Caller, fileId: string, extra: JsonObject = {}) {
  return person.post<{ message: string; file: StoredFile }>("/v1/storage/upload-complete", {
    file_id: fileId,
    ...extra,
  });
}

/** A complete file of the person's. */
export async function buildFile(
  person: Person,
  bytes: Uint8Array<ArrayBuffer> = png,
  extra: JsonObject = {},
): Promise<StoredFile> {
  const upload = (await announce(person, { file_size: bytes.length, ...extra })).data;
  const type = String(extra.content_type ?? "image/png");
  const response = await put(upload.upload_url, bytes, { "content-type": type });
  if (!response.ok) throw new Error(`PUT answered ${response.status}: ${await response.text()}`);
  return (await complete(person, upload.file_id)).data.file;
}
