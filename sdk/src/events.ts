import type { OutboxEvent } from "./outbox/outbox-store.ts";
import type { RealtimeEvent } from "./realtime/events.ts";
import type { ServerFrame } from "./realtime/frames.ts";
import type { SessionEvent } from "./session/session-keeper.ts";

/** What the client says beside the server's frames. */
export type LocalEvent = RealtimeEvent | OutboxEvent | SessionEvent;

/** Everything that `on` tells of. */
export type ParleyEvent = ServerFrame | LocalEvent;
export type EventType = ParleyEvent["type"];
export type EventOf<Type extends EventType> = Extract<ParleyEvent, { type: Type }>;
