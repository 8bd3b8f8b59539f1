import { type BrowserGlobals, browser } from "./browser.ts";

/** What tabs of one browser share beside their storage. */
export interface Tabs {
  /** Runs `work` while nobody else, in any tab, runs work of that name. `signal` gives up waiting. */
  exclusively<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Tells the other tabs, never oneself. Messages may be lost while a tab sleeps: storage has the truth. */
  channel(name: string, hear: (message: unknown) => void): TabChannel;
}

export interface TabChannel {
  say(message: unknown): void;
  close(): void;
}

/** For a store that only this client sees: nothing to wait for, nobody to tell. */
export const noTabs: Tabs = {
  exclusively: (_, work) => work(),
  channel: () => ({ say: () => undefined, close: () => undefined }),
};

/**
 * Web Locks and BroadcastChannel. A page over plain http has no locks: then every tab goes ahead, and the server's own
 * rules (a refresh token's grace, a message's key) keep two of them from doing harm.
 */
export function browserTabs(globals: BrowserGlobals = browser): Tabs {
  const locks = globals.navigator?.locks;
  const { BroadcastChannel } = globals;
  return {
    exclusively:
      locks === undefined
        ? noTabs.exclusively
        : (name, work, signal) => locks.request(name, signal === undefined ? {} : { signal }, work),
    channel: (name, hear) => {
      if (BroadcastChannel === undefined) return noTabs.channel(name, hear);
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => hear(data);
      channel.unref?.();
      return { say: (message) => channel.postMessage(message), close: () => channel.close() };
    },
  };
}
