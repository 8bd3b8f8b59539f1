import type { Message } from "../../../../sdk/src/index.ts";
import { complain } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import { findLog } from "./logs.ts";

/** Gives a reaction, or takes one's own back. */
export async function toggleReaction(message: Message, emoji: string, ownId: string): Promise<void> {
  const isOwn = message.reactions.some((each) => each.emoji === emoji && each.user_ids.includes(ownId));
  try {
    const { reactions, version } = isOwn
      ? await client.messages.unreact(message.message_id, emoji)
      : await client.messages.react(message.message_id, emoji);
    findLog(message.conversation_id)?.change(message.message_id, version, (known) => ({
      ...known,
      reactions,
    }));
  } catch (error) {
    complain(explain(error));
  }
}

/** Pins a message for everybody, or takes the pin off. */
export async function togglePin(message: Message): Promise<void> {
  try {
    const changed =
      message.pinned_at === null
        ? await client.messages.pin(message.message_id)
        : await client.messages.unpin(message.message_id);
    findLog(message.conversation_id)?.put([changed]);
  } catch (error) {
    complain(explain(error));
  }
}
