import { z } from "zod";
import { type Route, route, Said } from "../../platform/http/route.ts";
import {
  categoryField,
  presentSetting,
  presentSettings,
  setting,
  settingBody,
  settingCategories,
  settingPath,
  settingsByCategory,
} from "./workspace-settings.schema.ts";
import type { WorkspaceSettings } from "./workspace-settings.service.ts";

const tag = "Workspace settings";

/** A person's own settings. */
export function workspaceSettingsRoutes(settings: WorkspaceSettings): Route[] {
  return [
    route(
      {
        method: "GET",
        path: "/settings",
        id: "listWorkspaceSettings",
        tag,
        summary: "One's settings by category, `{}` where nothing is set",
        query: z.object({ category: categoryField.optional() }),
        success: [
          { status: 200, about: "All five categories, or the one asked for", schema: settingsByCategory },
        ],
        etag: true,
      },
      async ({ query: { category } }, actor) =>
        presentSettings(await settings.list(actor), category === undefined ? settingCategories : [category]),
    ),
    route(
      {
        method: "GET",
        path: "/settings/:category/:key",
        id: "getWorkspaceSetting",
        tag,
        summary: "One setting",
        params: settingPath,
        success: [{ status: 200, about: "The setting", schema: setting }],
        errors: ["SETTING_NOT_FOUND"],
        etag: true,
      },
      async ({ params }, actor) => presentSetting(await settings.get(actor, params)),
    ),
    route(
      {
        method: "PUT",
        path: "/settings/:category/:key",
        id: "setWorkspaceSetting",
        tag,
        summary: "Set a setting to any JSON value of at most 16 KiB",
        params: settingPath,
        body: settingBody,
        success: [{ status: 200, about: "The setting", schema: setting }],
        errors: ["CONFLICT", "FORBIDDEN"],
      },
      async ({ params, body }, actor) => presentSetting(await settings.set(actor, params, body.value)),
    ),
    route(
      {
        method: "DELETE",
        path: "/settings/:category/:key",
        id: "deleteWorkspaceSetting",
        tag,
        summary: "Forget a setting",
        params: settingPath,
        success: [{ status: 200, about: "It is gone", schema: null }],
        errors: ["SETTING_NOT_FOUND", "FORBIDDEN"],
      },
      async ({ params }, actor) => {
        await settings.delete(actor, params);
        return new Said("Setting deleted successfully");
      },
    ),
  ];
}
