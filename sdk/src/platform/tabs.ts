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

/** Web Locks and BroadcastChannel. Null where one of them is missing (Node 20, a page that is not served securely). */
export function findBrowserTabs(globals: BrowserGlobals = browser): Tabs | null {
  const locks = globals.navigator?.locks;
  const { BroadcastChannel } = globals;
  if (locks === undefined || BroadcastChannel === undefined) return null;
  return {
    exclusively: (name, work, signal) => locks.request(name, signal === undefined ? {} : { signal }, work),
    channel: (name, hear) => {
      const channel = new BroadcastChannel(name);
      channel.onmessage = ({ data }) => hear(data);
      channel.unref?.();
      return { say: (message) => channel.postMessage(message), close: () => channel.close() };
    },
  };
}

/** For a store that only this client sees: nothing to wait for, nobody to tell. */
export const noTabs: Tabs = {
  exclusively: (_, work) => work(),
  channel: () => ({ say: () => undefined, close: () => undefined }),
};
