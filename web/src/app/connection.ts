import { loadConversations } from "../features/conversations/index.ts";
import { session } from "../features/identity/index.ts";
import { client } from "../platform/client.ts";
import { queries } from "../platform/query.ts";
import { Store } from "../platform/store.ts";

/** Whether the socket is there: `lost` only once it has been, or could not be made. */
export const connection = new Store<"starting" | "online" | "lost">("starting");

/** The socket lives as long as the session does. */
export function startConnection(): void {
  client.on("connection", ({ status }) => {
    if (status === "online") {
      const wasLost = connection.get() === "lost";
      connection.set("online");
      // The list may have moved while one was away; what the log missed the socket has told.
      if (wasLost) void Promise.all([loadConversations("current"), queries.invalidateQueries()]);
    } else if (status === "waiting" || (status === "offline" && session.get().status === "signedIn"))
      connection.set("lost");
  });
  session.subscribe(() => {
    if (session.get().status === "signedIn") client.realtime.connect();
    else connection.set("starting");
  });
}
