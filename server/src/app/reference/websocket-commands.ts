import { z } from "zod";
import { markCommand, typingCommand } from "../../features/conversations/conversations.commands.ts";
import { chatCommand, resumeCommand } from "../../features/messages/messages.schema.ts";
import { presenceReport } from "../../features/people/people.schema.ts";
import type { FrameDescription } from "./realtime.ts";

const frame = (type: string) => ({ type: z.literal(type) });

/** What a client sends on `/v1/ws/chat`, for the reference: the schemas are those that check it. */
export const commandFrames: readonly FrameDescription[] = [
  {
    type: "chat",
    direction: "in",
    about: "Send a message. Answered by `ack` once it is durable, or by `error`.",
    schema: chatCommand.safeExtend(frame("chat")),
    example: {
      type: "chat",
      conversation_id: "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183",
      content: "Dry. The new gutter does what it should.",
      client_message_id: "b0a7-0001",
    },
  },
  {
    type: "typing",
    direction: "in",
    about: "Say that one is typing, or no more. Sent on at once, never stored, never answered.",
    schema: typingCommand.extend(frame("typing")),
    example: { is_typing: true },
  },
  {
    type: "read",
    direction: "in",
    about: "Mark everything up to `seq` as read. The others get `read_receipt`.",
    schema: markCommand.extend(frame("read")),
  },
  {
    type: "delivered",
    direction: "in",
    about: "Say that everything up to `seq` has arrived. The others get `delivery_receipt`.",
    schema: markCommand.extend(frame("delivered")),
  },
  {
    type: "presence",
    direction: "in",
    about: "Say that one is here, or away although connected.",
    schema: presenceReport.extend(frame("presence")),
    example: { online: false },
  },
  {
    type: "resume",
    direction: "in",
    about:
      "Ask for what changed since: of each conversation the highest `version` seen. Conversations that are not named " +
      "come as new. Answered by the changes and then `resumed`.",
    schema: resumeCommand.extend(frame("resume")),
    example: {
      type: "resume",
      epoch: "0199d2c4-5f00-7a11-8c22-1d0e2f4a6b01",
      conversations: { "0199d2c8-1b0d-7f25-a4c9-2e7d90b5f183": 14 },
    },
  },
  {
    type: "ping",
    direction: "in",
    about: "Ask for a `pong`, to see that the connection lives. The server pings by itself every 30 seconds.",
    schema: z.object(frame("ping")),
  },
];
