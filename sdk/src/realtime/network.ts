import { type BrowserGlobals, browser } from "../platform/browser.ts";

interface NetworkHandlers {
  /** The network came back. */
  online(): void;
  /** The machine says that the network is gone; a server on the machine itself may still be there. */
  offline?(): void;
  /** The page came back to the foreground, perhaps after a sleep. */
  visible(): void;
}

/** What the machine says of its network. It may be wrong: `isOnline` only tells when trying is pointless. */
export interface Network {
  isOnline(): boolean;
  /** @returns what ends it. */
  listen(handlers: NetworkHandlers): () => void;
}

/** As the browser tells it; elsewhere always online and never heard of. */
export function findNetwork(globals: BrowserGlobals = browser): Network {
  const { document, navigator } = globals;
  return {
    isOnline: () => document === undefined || navigator?.onLine !== false,
    listen: ({ online, offline = () => undefined, visible }) => {
      if (document === undefined) return () => undefined;
      const becameVisible = () => {
        if (document.visibilityState === "visible") visible();
      };
      globals.addEventListener?.("online", online);
      globals.addEventListener?.("offline", offline);
      document.addEventListener("visibilitychange", becameVisible);
      return () => {
        globals.removeEventListener?.("online", online);
        globals.removeEventListener?.("offline", offline);
        document.removeEventListener("visibilitychange", becameVisible);
      };
    },
  };
}
