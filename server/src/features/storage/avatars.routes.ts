import { z } from "zod";
import { idField, urlField } from "../../platform/http/fields.ts";
import { type Route, route, signedRoute } from "../../platform/http/route.ts";
import { type OwnAccounts, ownUser, presentOwnUser } from "../identity/index.ts";
import type { Avatars } from "./avatars.service.ts";
import { fileAnswer } from "./file-answer.ts";
import type { Files } from "./files.service.ts";

const avatarBody = z
  .object({ file_id: idField.optional(), avatar_url: urlField.nullable().optional() })
  .refine(({ file_id, avatar_url }) => (file_id === undefined) !== (avatar_url === undefined), {
    path: ["avatar_url"],
    error: "or file_id must be given, and only one of them",
  })
  .meta({ examples: [{ avatar_url: "https://example.com/faces/baptiste.png" }] });

/** People's pictures: a file of their own, or one elsewhere. */
export function avatarsRoutes(avatars: Avatars, ownAccounts: OwnAccounts, files: Files): Route[] {
  return [
    route(
      {
        method: "PUT",
        path: "/users/me/avatar",
        id: "setAvatar",
        tag: "People",
        summary: "Set or remove one's picture",
        description:
          "`file_id` names a picture of one's own that is complete; `avatar_url` one elsewhere, and null removes it.",
        body: avatarBody,
        own: true,
        success: [{ status: 200, about: "The account", schema: ownUser }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ body }, actor) =>
        presentOwnUser(
          body.file_id === undefined
            ? await ownAccounts.changeProfile(actor, { avatarUrl: body.avatar_url })
            : await avatars.set(actor, body.file_id),
        ),
    ),
    signedRoute(
      {
        method: "GET",
        path: "/storage/avatars/:file_id",
        id: "showAvatar",
        tag: "Storage",
        summary: "Somebody's picture, by the link that `avatar_url` holds",
        params: z.object({ file_id: idField }),
        query: z.object({ signature: z.string().max(100) }),
        answersBytes: true,
        success: [{ status: 200, about: "The bytes", schema: z.unknown() }],
        errors: ["NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params, query }) => {
        const file = await avatars.requireShown(params.file_id, query.signature);
        return fileAnswer(file, await files.read(file, null), null);
      },
    ),
  ];
}
