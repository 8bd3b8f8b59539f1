import { type AppError, validationError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { hash128 } from "../../platform/ids.ts";
import { limits } from "../../platform/limits.ts";
import type { UserRow } from "../identity/index.ts";
import type { ParticipantRole } from "./memberships.ts";

export interface NewConversation {
  /** A purchase is between the caller, who buys, and one other, who sells; support is made by its feature. */
  type: "direct" | "group" | "purchase" | "support";
  title?: string | null | undefined;
  description?: string | null | undefined;
  avatarUrl?: string | null | undefined;
  participants: { userId: string; role?: ParticipantRole | undefined }[];
  isE2ee: boolean;
  /** The client's own, kept as given. */
  metadata?: Record<string, unknown> | null | undefined;
  /** What a purchase is about: an id of the client's own. */
  purchaseRequestId?: string | undefined;
  /** A system message says that the conversation was made. */
  isAnnounced?: boolean | undefined;
}

/** 400 for a conversation between two that would have another number of people. */
export function notTwo(type: NewConversation["type"]): AppError {
  if (type === "purchase") return validationError({ path: "seller_id", message: "must be somebody else" });
  const message = "a direct conversation is between exactly two people";
  return validationError({ path: "participant_ids", message });
}

/** One conversation a key: of two people, or of a purchase, whose caller is the buyer. */
export function uniqueKey(
  actor: Actor,
  { type, purchaseRequestId }: NewConversation,
  userIds: string[],
): string {
  if (type === "direct") return userIds.sort().join(":");
  const [seller] = userIds.filter((id) => id !== actor.userId);
  return `purchase ${hash128(purchaseRequestId ?? "")} ${actor.userId}:${seller}`;
}

/** The title of a group that was given none. */
export function namesOf(users: UserRow[]): string {
  const names = users.map((user) => user.display_name).join(", ");
  return [...names].slice(0, limits.titleCodePoints).join("");
}
