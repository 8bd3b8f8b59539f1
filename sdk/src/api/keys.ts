import type { Body, Call, CallOptions, Query } from "../wire/call.ts";

/** Public keys for end-to-end encryption. The server hands them out; whoever gets one checks its signature. */
export function keysApi(call: Call) {
  return {
    /** Publishes them, or adds one-time keys. Another identity key takes the place of everything that was there. */
    upload: (body: Body<"uploadKeys">, options?: CallOptions) => call("uploadKeys", { body }, options),
    /** Replaces the signed prekey and the one-time keys that wait. */
    rotate: (body: Body<"rotateKeys">, options?: CallOptions) => call("rotateKeys", { body }, options),
    /** With one of somebody's one-time keys, which is used up by it. One's own are all shown and none is used up. */
    bundleOf: (userId: string, options?: CallOptions) =>
      call("getKeyBundle", { params: { user_id: userId } }, options),
    /** How many of one's own one-time keys are left; live it comes as the event `keys_low`. */
    count: async (options?: CallOptions) => (await call("countKeys", {}, options)).one_time_keys,
    /** The versions of one's own keys, latest first. */
    history: (query: Query<"listKeyHistory"> = {}, options?: CallOptions) =>
      call("listKeyHistory", { query }, options),
  };
}
