/** `@parley/sdk`: the client of a Parley server for browsers, Node 20 and newer, and Bun. */

export type * from "../../server/src/contract.ts";
export type { UploadOptions } from "./api/files.ts";
export type { Asked, AskOptions, PlainMessage } from "./api/llm.ts";
export type { OwnData } from "./api/own-data.ts";
export type { SettingCategory } from "./api/workspace.ts";
export { ParleyClient, type ParleyOptions } from "./client.ts";
export type * from "./events.ts";
export { indexedOutboxStore } from "./outbox/indexed-outbox-store.ts";
export type { Delivered, Outbox } from "./outbox/outbox.ts";
export {
  type Draft,
  memoryOutboxStore,
  type OutboxEntry,
  type OutboxEvent,
  type OutboxStore,
} from "./outbox/outbox-store.ts";
export { findLocalStorage, type KeyValueStorage } from "./platform/browser.ts";
export { newId } from "./platform/ids.ts";
export type { TabChannel, Tabs } from "./platform/tabs.ts";
export type * from "./realtime/events.ts";
export type * from "./realtime/frames.ts";
export type { WebSocketConstructor, WebSocketLike } from "./realtime/link.ts";
export type {
  SessionEvent,
  SignedInEvent,
  SignedOutEvent,
  SignedOutReason,
} from "./session/session-keeper.ts";
export {
  type BearerSession,
  type CookieSession,
  memorySessionStore,
  type SessionStore,
  type StoredSession,
  webSessionStore,
} from "./session/session-store.ts";
export type { Answer, Body, Call, CallOptions, Query, RouteId } from "./wire/call.ts";
export { type FieldFault, type LocalErrorCode, ParleyError, type ParleyErrorCode } from "./wire/errors.ts";
export type { Fetch } from "./wire/transport.ts";
