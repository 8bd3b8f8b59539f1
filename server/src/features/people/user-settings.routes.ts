import { z } from "zod";
import { isTimeZone } from "../../platform/clock.ts";
import { visibleText } from "../../platform/http/fields.ts";
import { type Route, route } from "../../platform/http/route.ts";
import type { UserSettings } from "./user-settings.service.ts";

const tag = "People";

const settings = z
  .looseObject({
    language: z
      .string()
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "must be a language tag, such as en or pt-BR" })
      .max(35)
      .nullable()
      .optional(),
    time_zone: z
      .string()
      .refine(isTimeZone, { error: "must be an IANA time zone, such as Europe/Berlin" })
      .nullable()
      .optional(),
    theme: visibleText(40).nullable().optional(),
    presence_visible: z.boolean().nullable().optional(),
  })
  .meta({
    examples: [{ language: "en", time_zone: "Europe/Berlin", theme: "dark", presence_visible: true }],
  });

/** What one sets for oneself. */
export function userSettingsRoutes(userSettings: UserSettings): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/users/settings",
        id: "getOwnSettings",
        tag,
        summary: "One's own settings",
        success: [{ status: 200, about: "One object", schema: settings }],
        etag: true,
      },
      (_, actor) => userSettings.get(actor),
    ),
    route(
      {
        method: "PUT",
        path: "/users/settings",
        id: "updateOwnSettings",
        tag,
        summary: "Change one's own settings key by key; null deletes one",
        description:
          "Any keys and values, up to 16 KiB in all. `presence_visible: false` hides whether one is here, and since when not.",
        body: settings,
        own: true,
        success: [{ status: 200, about: "All settings as they are now", schema: settings }],
      },
      ({ body }, actor) => userSettings.merge(actor, body),
    ),
  ];
}
