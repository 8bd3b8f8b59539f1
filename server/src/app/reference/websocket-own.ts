import { z } from "zod";
import { threadState } from "../../features/threads/threads.schema.ts";
import { timeField } from "../../platform/http/fields.ts";
import type { FrameDescription } from "./realtime.ts";

/** Frames that come to the user's own connections only. */
export const ownFrames: FrameDescription[] = [
  {
    type: "thread_updated",
    direction: "out",
    about:
      "You follow a thread now or no more, or have read on in it; to your own connections only. It counts to " +
      "`last_reply_seq`: a `chat` of the thread with a greater `seq` is one more, and a state that counts to less is older.",
    schema: threadState.extend({ type: z.literal("thread_updated") }),
  },
  {
    type: "setting_updated",
    direction: "out",
    about: "A workspace setting of yours was set or, with `deleted`, removed; to your own connections only.",
    schema: z.object({
      type: z.literal("setting_updated"),
      category: z.string(),
      key: z.string(),
      value: z.unknown().optional(),
      deleted: z.boolean(),
      timestamp: timeField,
    }),
    example: {
      type: "setting_updated",
      category: "editor",
      key: "font_size",
      value: 14,
      deleted: false,
      timestamp: "2026-03-14T09:32:00.000Z",
    },
  },
];
