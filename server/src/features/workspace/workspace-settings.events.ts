import { defineEvent } from "../../platform/events/events.ts";

/** A setting of a person's own was set, or deleted: then `value` is missing. */
export const settingChanged = defineEvent<{
  userId: string;
  category: string;
  key: string;
  value?: unknown;
  at: number;
}>("setting.changed");
