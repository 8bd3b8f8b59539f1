import type { Bus } from "./bus.ts";

/** The bus of one process: listeners run before `publish` returns. */
export function createLocalBus(): Bus {
  const listeners: ((channel: string, payload: unknown) => void)[] = [];
  return {
    publish(channel, payload) {
      for (const listener of listeners) listener(channel, payload);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
    async close() {
      listeners.length = 0;
    },
  };
}
