import { z } from "zod";
import { isoTime } from "../../platform/clock.ts";
import { timeField } from "../../platform/http/fields.ts";
import type { SettingRow } from "./workspace-settings.queries.ts";

export const settingCategories = ["editor", "theme", "llm", "terminal", "workspace"] as const;

type SettingCategory = (typeof settingCategories)[number];

export const categoryField = z.enum(settingCategories, {
  error: `must be one of ${settingCategories.join(", ")}`,
});

export const settingPath = z.object({
  category: categoryField,
  key: z
    .string()
    .regex(/^[a-z0-9_]{1,64}$/, { error: "must be 1 to 64 of a–z, 0–9 and «_»" })
    .meta({ example: "font_size" }),
});

export const settingBody = z.object({
  value: z
    .unknown()
    .refine((value) => value !== undefined, { error: "is required: any JSON value" })
    .meta({ description: "Any JSON value of at most 16 KiB." }),
});

export const setting = z
  .object({ category: categoryField, key: z.string(), value: z.unknown(), updated_at: timeField })
  .meta({ id: "WorkspaceSetting" });

const settingsOfCategory = z.record(z.string(), z.unknown()).optional();

export const settingsByCategory = z
  .object({
    editor: settingsOfCategory,
    theme: settingsOfCategory,
    llm: settingsOfCategory,
    terminal: settingsOfCategory,
    workspace: settingsOfCategory,
  })
  .meta({ id: "WorkspaceSettings" });

export function presentSetting(row: SettingRow): z.output<typeof setting> {
  return {
    category: row.category,
    key: row.key,
    value: JSON.parse(row.value),
    updated_at: isoTime(row.updated_at),
  };
}

/** Each of the categories is there, `{}` where nothing is set. */
export function presentSettings(
  rows: readonly SettingRow[],
  categories: readonly SettingCategory[],
): z.output<typeof settingsByCategory> {
  const byCategory = Map.groupBy(rows, (row) => row.category);
  return Object.fromEntries(
    categories.map((category) => [
      category,
      Object.fromEntries((byCategory.get(category) ?? []).map((row) => [row.key, JSON.parse(row.value)])),
    ]),
  );
}
