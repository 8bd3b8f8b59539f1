export { ExpiryWatch } from "./expiry-watch.ts";
export { keysExpiring, keysLow } from "./keys.events.ts";
export { keyHistory } from "./keys.lists.ts";
export { eraseKeysOf, type KeySetRow } from "./keys.queries.ts";
export { presentKeySet } from "./keys.schema.ts";
export { Keys } from "./keys.service.ts";
