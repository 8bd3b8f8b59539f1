import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { flagQuery, idField } from "../../platform/http/fields.ts";
import { askedPage, listQueryOf } from "../../platform/http/page.ts";
import { type Route, route, signedRoute } from "../../platform/http/route.ts";
import type { Avatars } from "./avatars.service.ts";
import { fileAnswer, rangeRefusal, readRange } from "./file-answer.ts";
import type { FileUrls } from "./file-urls.ts";
import type { Files } from "./files.service.ts";
import { fileList } from "./storage.lists.ts";
import { downloadAnswer, file, presentFile, presentQuota, quotaAnswer } from "./storage.schema.ts";

const tag = "Storage";
const byFile = z.object({ file_id: idField });

/** What is stored, and how it comes out. */
export function storageRoutes(files: Files, urls: FileUrls, avatars: Avatars): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/storage/download-url/:file_id",
        id: "getDownloadUrl",
        tag,
        summary: "A link to a file's bytes, good for five minutes",
        params: byFile,
        success: [{ status: 200, about: "The link", schema: downloadAnswer }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        const found = await files.require(actor, params.file_id);
        const { url, expiresAt } = urls.download(found.id);
        return {
          download_url: url,
          file_id: found.id,
          file_name: found.name,
          file_size: found.size,
          content_type: found.content_type,
          expires_at: isoTime(expiresAt),
        };
      },
    ),
    contentRoute(files, urls),
    route(
      {
        method: "GET",
        path: "/storage/files",
        id: "listFiles",
        tag,
        summary: "One's own files, newest first",
        query: listQueryOf(fileList, "a file's name").extend({ deleted: flagQuery }),
        success: [
          {
            status: 200,
            about: "A page of files",
            schema: z.object({ files: z.array(file), next_cursor: z.string().nullable() }),
          },
        ],
      },
      async ({ query }, actor) => {
        const asked = askedPage("files", fileList, query);
        const found = await files.list(actor, { isDeleted: query.deleted ?? false, page: asked.page });
        const { shown, nextCursor } = asked.shownOf(found);
        return { files: shown.map(presentFile), next_cursor: nextCursor };
      },
    ),
    ...ownerRoutes(files, avatars),
  ];
}

/** The bytes themselves: for whoever holds a signed link, and for those who may see the file by their token. */
function contentRoute(files: Files, urls: FileUrls): Route {
  return signedRoute(
    {
      method: "GET",
      path: "/storage/files/:file_id/content",
      id: "downloadFile",
      tag,
      summary: "A file's bytes, by a signed link or by one's token",
      description: "Served as an attachment, but for pictures, sound and films. `Range` takes one range.",
      params: byFile,
      query: z.object({ expires: z.coerce.number().optional(), signature: z.string().max(100).optional() }),
      answersBytes: true,
      success: [{ status: 200, about: "The bytes", schema: z.unknown() }],
      errors: ["NOT_FOUND", "FORBIDDEN"],
    },
    async ({ params, query, header }, actor) => {
      const { expires = 0, signature = "" } = query;
      if (actor === null) urls.require("GET", params.file_id, null, { expires, signature });
      const found =
        actor === null
          ? await files.requireSigned(params.file_id)
          : await files.require(actor, params.file_id);
      const range = readRange(header("range"), found.size);
      if (range === undefined) return rangeRefusal(found.size);
      return fileAnswer(found, await files.read(found, range), range);
    },
  );
}

function ownerRoutes(files: Files, avatars: Avatars): Route[] {
  return [
    route(
      {
        method: "DELETE",
        path: "/storage/files/:file_id",
        id: "deleteFile",
        tag,
        summary: "Delete a file; for 30 days it can be restored",
        params: byFile,
        success: [{ status: 200, about: "It is deleted", schema: z.object({ message: z.string() }) }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await avatars.forget(actor, params.file_id);
        await files.delete(actor, params.file_id);
        return { message: "File deleted successfully" };
      },
    ),
    route(
      {
        method: "POST",
        path: "/storage/files/:file_id/restore",
        id: "restoreFile",
        tag,
        summary: "Bring a deleted file back",
        params: byFile,
        success: [{ status: 200, about: "The file", schema: z.object({ message: z.string(), file }) }],
        errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
      },
      async ({ params }, actor) => ({
        message: "File restored",
        file: presentFile(await files.restore(actor, params.file_id)),
      }),
    ),
    route(
      {
        method: "GET",
        path: "/storage/quota",
        id: "getStorageQuota",
        tag,
        summary: "How much of one's space is used",
        success: [{ status: 200, about: "Bytes", schema: quotaAnswer }],
      },
      async (_, actor) => presentQuota(await files.quota(actor)),
    ),
  ];
}
