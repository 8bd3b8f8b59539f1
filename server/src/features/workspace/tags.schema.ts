import { z } from "zod";
import { visibleText } from "../../platform/http/fields.ts";
import { limits } from "../../platform/limits.ts";

/** Tags of one thing, each once, in the order given. A comma separates tags in a query, so it is in none. */
export const tagsField = z
  .array(
    visibleText(limits.tagCodePoints).refine((tag) => !tag.includes(","), { error: "must not hold a comma" }),
  )
  .max(limits.tags)
  .transform((tags) => [...new Set(tags)])
  .meta({ example: ["rust", "api"] });

/** Tags to look for, comma-separated; spaces around one do not count. */
export const tagsQuery = z
  .string()
  .transform((value) => [
    ...new Set(
      value
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
    ),
  ])
  .refine((tags) => tags.length > 0 && tags.length <= limits.tags, {
    error: `must name 1 to ${limits.tags} tags, separated by commas`,
  })
  .meta({ type: "string", example: "rust,api" });
