import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { idField } from "../../platform/http/fields.ts";
import { type Route, route, signedRoute } from "../../platform/http/route.ts";
import type { FileUrls } from "./file-urls.ts";
import { type FileRow, partNames } from "./files.service.ts";
import { completeBody, file, presentFile, uploadAnswer, uploadBody } from "./storage.schema.ts";
import type { Uploads } from "./uploads.service.ts";

const tag = "Storage";
const byFile = z.object({ file_id: idField });

/** How files come in. */
export function uploadsRoutes(uploads: Uploads, urls: FileUrls): Route[] {
  return [
    route(
      {
        method: "POST",
        path: "/storage/upload-url",
        id: "getUploadUrl",
        tag,
        summary: "Announce a file and get the URL to send it to",
        description: "Good for an hour, for exactly this size and type. Then complete the upload.",
        body: uploadBody,
        success: [{ status: 200, about: "Where to send the bytes", schema: uploadAnswer }],
        errors: ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "CONFLICT"],
      },
      async ({ body }, actor) => {
        const announced = await uploads.announce(actor, {
          name: body.file_name,
          size: body.file_size,
          contentType: body.content_type,
          isEncrypted: body.is_encrypted ?? false,
          sha256: body.sha256 ?? null,
          inParts: body.parts ?? false,
        });
        return presentUpload(announced, urls);
      },
    ),
    signedRoute(
      {
        method: "PUT",
        path: "/storage/uploads/:file_id",
        id: "uploadFile",
        tag,
        summary: "Send the bytes of an announced file, or of one part",
        description:
          "The URL is what `upload-url` answers. Until the upload is complete they may be sent again.",
        params: byFile,
        query: z.object({
          expires: z.coerce.number(),
          signature: z.string().max(100),
          part: z.coerce.number().int().min(1).max(10_000).optional(),
        }),
        streamed: {
          mediaType: "application/octet-stream",
          about: "The bytes, with the type that was announced",
        },
        success: [{ status: 200, about: "They are stored", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params, query, incoming, header }) => {
        const part = query.part ?? null;
        urls.require("PUT", params.file_id, part, query);
        await uploads.receive(params.file_id, part, header("content-type"), bytesOf(incoming));
        return { message: "Received" };
      },
    ),
    route(
      {
        method: "POST",
        path: "/storage/upload-complete",
        id: "completeUpload",
        tag,
        summary: "Check what was sent; then the file can be downloaded and shared",
        body: completeBody,
        success: [{ status: 200, about: "The file", schema: z.object({ message: z.string(), file }) }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT", "UNSUPPORTED_MEDIA_TYPE"],
      },
      async ({ body }, actor) => {
        const completed = await uploads.complete(actor, body.file_id, body.sha256 ?? null);
        return { message: "Upload completed", file: presentFile(completed) };
      },
    ),
  ];
}

function presentUpload(announced: FileRow, urls: FileUrls): z.output<typeof uploadAnswer> {
  const isInParts = announced.part_size !== null;
  const signed = partNames(announced).map((_, index) =>
    urls.upload(announced.id, isInParts ? index + 1 : null),
  );
  const [first = urls.upload(announced.id, null)] = signed;
  return {
    file_id: announced.id,
    upload_url: first.url,
    expires_at: isoTime(first.expiresAt),
    ...(announced.part_size === null
      ? {}
      : { part_size: announced.part_size, part_urls: signed.map(({ url }) => url) }),
  };
}

async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body !== null) yield* request.body;
}
