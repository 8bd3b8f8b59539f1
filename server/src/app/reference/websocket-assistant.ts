import { z } from "zod";
import { aiMessage } from "../../features/assistant/index.ts";
import { idField } from "../../platform/http/fields.ts";
import type { FrameDescription } from "./realtime.ts";

const frame = (type: string) => ({
  type: z.literal(type),
  conversation_id: idField,
  message_id: idField,
});
const version = z.number().int();

const conversation = "0199d2cb-5e10-7b44-9d52-8a1f3c6e7b90";
const answer = "0199d2cb-7a31-7c05-8b17-f2d94e6a1c33";

const told = {
  message_id: answer,
  conversation_id: conversation,
  role: "Assistant",
  content: "Zinc, and a second bracket at each corner.",
  model: "qwen/qwq-32b",
  token_count: 10,
  created_at: "2026-03-14T09:32:00.000Z",
  seq: 2,
  version: 4,
  client_message_id: null,
  status: "Complete",
  usage: { prompt_tokens: 21, completion_tokens: 10, total_tokens: 31 },
  question_id: "0199d2cb-6f20-7a18-9b44-c1d27e5f8a02",
  note: null,
};

/** Frames about one's AI conversations; `app/surfaces/ai-frames.ts` encodes them. */
export const assistantFrames: readonly FrameDescription[] = [
  {
    type: "ai_message",
    direction: "out",
    about:
      "A message was added to an AI conversation of yours. An answer begins so: its `status` is `Writing`, its `content` empty.",
    schema: z.object({ ...frame("ai_message"), version, message: aiMessage }),
    example: {
      type: "ai_message",
      conversation_id: conversation,
      message_id: answer,
      version: 3,
      message: { ...told, content: "", status: "Writing", token_count: 0, version: 3, usage: null },
    },
  },
  {
    type: "ai_delta",
    direction: "out",
    about: "More of an answer has come, and is stored.",
    schema: z.object({
      ...frame("ai_delta"),
      content: z.string(),
      offset: z.number().int().meta({
        description:
          "Where `content` begins in the answer, in UTF-16 code units: skip what you have already.",
      }),
    }),
    example: {
      type: "ai_delta",
      conversation_id: conversation,
      message_id: answer,
      content: "and a second bracket ",
      offset: 6,
    },
  },
  {
    type: "ai_done",
    direction: "out",
    about: "An answer is whole, or was stopped: its `status` says which.",
    schema: z.object({ ...frame("ai_done"), version, message: aiMessage }),
    example: {
      type: "ai_done",
      conversation_id: conversation,
      message_id: answer,
      version: 4,
      message: told,
    },
  },
  {
    type: "ai_error",
    direction: "out",
    about: "An answer could not be had, or broke off. What had come, if anything, is `message`.",
    schema: z.object({
      ...frame("ai_error"),
      code: z.literal("PROVIDER_UNAVAILABLE"),
      error: z.string().meta({ description: "For a person." }),
      version: version.optional(),
      message: aiMessage.nullable(),
    }),
    example: {
      type: "ai_error",
      conversation_id: conversation,
      message_id: answer,
      code: "PROVIDER_UNAVAILABLE",
      error: "The AI provider cannot be reached. Check that it runs and AI_BASE_URL.",
      message: null,
    },
  },
  {
    type: "ai_conversation_deleted",
    direction: "out",
    about: "An AI conversation of yours was deleted.",
    schema: z.object({ type: z.literal("ai_conversation_deleted"), conversation_id: idField }),
    example: { type: "ai_conversation_deleted", conversation_id: conversation },
  },
];
