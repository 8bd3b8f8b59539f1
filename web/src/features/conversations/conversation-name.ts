import type { Conversation } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { useOwnUser, usePerson, usePresence } from "../identity/index.ts";

/** How a conversation is shown: a direct one by the other person, any other by its title. */
export interface Appearance {
  name: string;
  avatarUrl: string | null;
  /** Decides the colour of the avatar. */
  colourId: string;
  kind: "person" | "group" | "room" | "support";
  /** Undefined: nobody in particular. */
  online: boolean | undefined;
  /** The other one of a direct conversation. */
  otherId: string | null;
  lastSeenAt: string | null;
}

/** The other one of a direct conversation; oneself in one with oneself; null elsewhere. */
export function otherOf(conversation: Conversation, ownId: string): string | null {
  if (conversation.type !== "direct") return null;
  const ids = conversation.participants?.map(({ user_id }) => user_id) ?? [];
  return ids.find((id) => id !== ownId) ?? ids[0] ?? null;
}

/** What a conversation without one other person is called. */
export function titleOf({ title, type }: Pick<Conversation, "title" | "type">): string {
  return title ?? (type === "support" ? texts.support : texts.untitledGroup);
}

export function kindOf({ type }: Pick<Conversation, "type">): Exclude<Appearance["kind"], "person"> {
  return type === "room" || type === "support" ? type : "group";
}

export function useAppearance(conversation: Conversation): Appearance {
  const own = useOwnUser();
  const otherId = otherOf(conversation, own.id);
  const other = usePerson(otherId ?? "");
  const presence = usePresence(otherId ?? "");
  if (otherId !== null) {
    return {
      name: other?.name ?? texts.someone,
      avatarUrl: other?.avatarUrl ?? null,
      colourId: otherId,
      kind: "person",
      online: presence?.online,
      otherId,
      lastSeenAt: presence?.lastSeenAt ?? null,
    };
  }
  return {
    name: titleOf(conversation),
    avatarUrl: conversation.avatar_url,
    colourId: conversation.id,
    kind: kindOf(conversation),
    online: undefined,
    otherId: null,
    lastSeenAt: null,
  };
}
