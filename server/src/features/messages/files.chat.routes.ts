import type { z } from "zod";
import { validationError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { byId } from "../../platform/http/fields.ts";
import { readIdempotencyKey } from "../../platform/http/idempotency-key.ts";
import { type FormPart, readField, readForm } from "../../platform/http/multipart.ts";
import { created, type Route, route } from "../../platform/http/route.ts";
import { zodFaults } from "../../platform/http/server.ts";
import { limits } from "../../platform/limits.ts";
import type { FileRow, Uploads } from "../storage/index.ts";
import { fileFields, oneMessage } from "./messages.chat.schema.ts";
import type { ChatMessages } from "./messages.chat.service.ts";
import type { NewMessage, Sending } from "./sending.service.ts";

const fieldBytes = 4 * limits.chatTextCodePoints;

/** Messages that carry a file, in the chat dialect. */
export function filesChatRoutes(sending: Sending, chatMessages: ChatMessages, uploads: Uploads): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/:id/messages/file",
        id: "sendChatFile",
        tag: "Chat messages",
        summary: "Send a message with a file",
        description: "A form with the field `file`; `content` is its caption.",
        rates: ["chatMessages"],
        params: byId,
        streamed: { mediaType: "multipart/form-data", about: "The file and its caption", fields: fileFields },
        success: [
          { status: 201, about: "The message", schema: oneMessage },
          { status: 200, about: "The message that this key made before", schema: oneMessage },
        ],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, incoming, header }, actor) => {
        const clientMessageId = readIdempotencyKey(header("idempotency-key"));
        const form = readForm(incoming);
        uploads.requireFit(incoming.headers);
        await sending.requirePoster(actor, params.id);
        const { file, fields } = await readFileForm(actor, form, uploads);
        const sent = await sendWithFile(
          actor,
          file,
          { sending, uploads },
          {
            conversationId: params.id,
            type: messageTypeOf(file),
            content: fields.content,
            isEncrypted: false,
            metadata: {
              attachments: [file.id],
              ...(fields.replyToMessageId == null ? {} : { reply_to: fields.replyToMessageId }),
            },
            clientMessageId,
          },
        );
        const message = await chatMessages.presentSent(sent);
        return sent.isNew ? created({ message }) : { message };
      },
    ),
  ];
}

/** The file stays only with its message. */
async function sendWithFile(
  actor: Actor,
  file: FileRow,
  { sending, uploads }: { sending: Sending; uploads: Uploads },
  message: NewMessage,
) {
  try {
    const sent = await sending.sendAndWait(actor, message);
    if (!sent.isNew) await uploads.discard(file);
    return sent;
  } catch (error) {
    await uploads.discard(file);
    throw error;
  }
}

function messageTypeOf({ content_type: type }: FileRow): NewMessage["type"] {
  if (type.startsWith("image/")) return "image";
  return type.startsWith("video/") ? "video" : "file";
}

/** Takes the form's file as it comes in. If the form is not in order, the file is gone again. */
async function readFileForm(
  actor: Actor,
  form: AsyncIterable<FormPart>,
  uploads: Uploads,
): Promise<{ file: FileRow; fields: z.output<typeof fileFields> }> {
  const texts: Record<string, string> = {};
  let file: FileRow | null = null;
  try {
    for await (const part of form) {
      if (part.name !== "file") await takeField(part, texts);
      else if (file !== null) throw validationError({ path: "file", message: "must be one file" });
      else file = await takeFile(actor, part, uploads);
    }
    if (file === null) throw validationError({ path: "file", message: "is required" });
    const fields = fileFields.safeParse(texts);
    if (!fields.success) throw validationError(...zodFaults(fields.error));
    return { file, fields: fields.data };
  } catch (error) {
    if (file !== null) await uploads.discard(file);
    throw error;
  }
}

async function takeField(part: FormPart, texts: Record<string, string>): Promise<void> {
  if (!Object.hasOwn(fileFields.shape, part.name)) return;
  const text = await readField(part, fieldBytes);
  // A form says that there is no caption by an empty one.
  if (text !== "") texts[part.name] = text;
}

function takeFile(actor: Actor, part: FormPart, uploads: Uploads): Promise<FileRow> {
  if (part.filename === null)
    throw validationError({ path: "file", message: "must be a file, with its name" });
  // Some clients send the path of the file on their own disk.
  const ownName = part.filename.replaceAll("\0", "").split(/[/\\]/).at(-1) ?? "";
  const name = [...ownName].slice(0, limits.fileNameCodePoints).join("");
  return uploads.store(actor, name.trim() === "" ? "file" : name, part.contentType, part.bytes);
}
