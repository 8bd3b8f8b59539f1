import { authApi } from "./api/auth.ts";
import { conversationsApi, participantsApi, roomsApi } from "./api/conversations.ts";
import { messagesApi } from "./api/messages.ts";
import { presenceApi, sessionsApi, usersApi } from "./api/users.ts";
import { browser } from "./platform/browser.ts";
import { Emitter } from "./platform/emitter.ts";
import { findBrowserTabs, type Tabs } from "./platform/tabs.ts";
import type { EventOf, EventType, ParleyEvent } from "./realtime/events.ts";
import { linkTimes, type WebSocketConstructor } from "./realtime/link.ts";
import { findNetwork } from "./realtime/network.ts";
import { Realtime } from "./realtime/realtime.ts";
import { Versions } from "./realtime/versions.ts";
import { SessionKeeper, type SignedOutReason } from "./session/session-keeper.ts";
import { memorySessionStore, type SessionStore, type StoredSession } from "./session/session-store.ts";
import { type Call, callThrough } from "./wire/call.ts";
import { ParleyError } from "./wire/errors.ts";
import { type Fetch, Transport } from "./wire/transport.ts";

export interface ParleyOptions {
  /** The server's address, such as `https://chat.example.com`. In a page it is the page's own origin by default. */
  url?: string;
  /** Where the session is kept; in memory by default. */
  sessionStore?: SessionStore;
  /** For runtimes without a global `WebSocket` (Node 20): the class of the package `ws`, say. */
  WebSocket?: WebSocketConstructor;
  /** For tests and proxies. */
  fetch?: Fetch;
  /** How long a request may take; 30,000 by default. */
  timeoutMs?: number;
  /** What tabs share; Web Locks and BroadcastChannel by default. */
  tabs?: Tabs | null;
}

/** A client of one Parley server for one person at a time. */
export class ParleyClient {
  readonly auth: ReturnType<typeof authApi>;
  readonly users: ReturnType<typeof usersApi>;
  readonly sessions: ReturnType<typeof sessionsApi>;
  readonly presence: ReturnType<typeof presenceApi>;
  readonly conversations: ReturnType<typeof conversationsApi>;
  readonly participants: ReturnType<typeof participantsApi>;
  readonly rooms: ReturnType<typeof roomsApi>;
  readonly messages: ReturnType<typeof messagesApi>;
  /** The WebSocket: `connect()` once, it stays. */
  readonly realtime: Realtime;
  /** Any route by the id of its operation in `/openapi.json`, typed like the grouped methods. */
  readonly call: Call;
  readonly #emitter = new Emitter<ParleyEvent>();
  readonly #keeper: SessionKeeper;
  readonly #versions = new Versions();

  /** @throws ParleyError where no `url` was given and there is no page to take it from. */
  constructor(options: ParleyOptions = {}) {
    const url = addressOf(options.url);
    const transport = new Transport({
      url,
      fetch: options.fetch ?? ((address, init) => globalThis.fetch(address, init)),
      timeoutMs: options.timeoutMs ?? 30_000,
      credentials: () => this.#keeper,
    });
    const call = callThrough(transport);
    this.call = call;
    this.#keeper = new SessionKeeper({
      store: options.sessionStore ?? memorySessionStore(),
      tabs: options.tabs === undefined ? findBrowserTabs() : options.tabs,
      scope: url,
      refresh: (refreshToken) => call("refresh", { body: { refresh_token: refreshToken } }),
      changed: (session, reason) => this.#sessionChanged(session, reason),
    });
    this.auth = authApi(call, this.#keeper);
    this.users = usersApi(call);
    this.sessions = sessionsApi(call);
    this.presence = presenceApi(call);
    this.conversations = conversationsApi(call, ({ id, version }) => this.#versions.seed(id, version));
    this.participants = participantsApi(call);
    this.rooms = roomsApi(call);
    this.messages = messagesApi(call);
    this.realtime = new Realtime({
      socketUrl: `${url.replace(/^http/, "ws")}/v1/ws/chat`,
      WebSocket: options.WebSocket ?? (browser.WebSocket as WebSocketConstructor | undefined) ?? null,
      versions: this.#versions,
      network: findNetwork(),
      times: linkTimes,
      takeTicket: () => this.auth.takeTicket(),
      sessionEnded: (sessionId) => void this.#keeper.end("session_ended", sessionId ?? undefined),
      emit: (event) => this.#emitter.emit(event),
    });
  }

  /** The session as this client knows it; null: nobody is signed in, or `auth.restore()` was not asked yet. */
  get session(): StoredSession | null {
    return this.#keeper.current;
  }

  /**
   * Tells of events: the server's frames and the client's own (`connection`, `signed_out`, `reset` …).
   * @param type one of them, or `*` for all. @returns what ends it.
   */
  on<Type extends EventType>(type: Type, handler: (event: EventOf<Type>) => void): () => void;
  on(type: "*", handler: (event: ParleyEvent) => void): () => void;
  on(type: EventType | "*", handler: (event: never) => void): () => void {
    // The emitter hands a handler only events of its type.
    return this.#emitter.on(type, handler as (event: ParleyEvent) => void);
  }

  /** Disconnects and lets go of everything; the session stays where it is kept. */
  close(): void {
    this.realtime.disconnect();
    this.#keeper.close();
  }

  #sessionChanged(session: StoredSession | null, reason: SignedOutReason | null): void {
    this.realtime.disconnect();
    this.#versions.clear();
    if (session === null) this.#emitter.emit({ type: "signed_out", reason: reason ?? "session_ended" });
    else this.#emitter.emit({ type: "signed_in", session });
  }
}

function addressOf(given: string | undefined): string {
  const url = given ?? browser.location?.origin;
  if (url === undefined || !/^https?:\/\//.test(url))
    throw new ParleyError("MISUSE", 'Give the server\'s address: new ParleyClient({ url: "https://…" }).');
  return url.replace(/\/+$/, "");
}
