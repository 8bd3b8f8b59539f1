import { NewDirect, NewGroup } from "../features/conversations/index.ts";
import { NewRoom } from "../features/rooms/index.ts";
import { NewSupport } from "../features/support/index.ts";
import type { Place } from "../platform/address.ts";

/** The dialog that begins a conversation. */
export function NewConversation({ kind }: Pick<Extract<Place, { name: "new" }>, "kind">) {
  switch (kind) {
    case "group":
      return <NewGroup />;
    case "room":
      return <NewRoom />;
    case "support":
      return <NewSupport />;
    default:
      return <NewDirect />;
  }
}
