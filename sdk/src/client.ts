import { accountApi } from "./api/account.ts";
import { adminApi } from "./api/admin.ts";
import { authApi } from "./api/auth.ts";
import { conversationsApi, participantsApi } from "./api/conversations.ts";
import { filesApi } from "./api/files.ts";
import { keysApi } from "./api/keys.ts";
import { messagesApi } from "./api/messages.ts";
import { notificationsApi } from "./api/notifications.ts";
import { organizationsApi } from "./api/organizations.ts";
import { roomsApi } from "./api/rooms.ts";
import { supportApi } from "./api/support.ts";
import { presenceApi, sessionsApi, usersApi } from "./api/users.ts";
import { workspaceApi } from "./api/workspace.ts";
import type { EventOf, EventType, ParleyEvent } from "./events.ts";
import { deliverThrough } from "./outbox/delivery.ts";
import { hasIndexedDb, indexedOutboxStore } from "./outbox/indexed-outbox-store.ts";
import { Outbox } from "./outbox/outbox.ts";
import { memoryOutboxStore, type OutboxStore } from "./outbox/outbox-store.ts";
import { browser, findLocalStorage } from "./platform/browser.ts";
import { Emitter } from "./platform/emitter.ts";
import { browserTabs, type Tabs } from "./platform/tabs.ts";
import { linkTimes, type WebSocketConstructor } from "./realtime/link.ts";
import { findNetwork, type Network } from "./realtime/network.ts";
import { Realtime } from "./realtime/realtime.ts";
import { Versions } from "./realtime/versions.ts";
import { findCookieSession, getSessionId } from "./session/find-session.ts";
import { SessionKeeper, type SignedOutReason } from "./session/session-keeper.ts";
import {
  memorySessionStore,
  type SessionStore,
  type StoredSession,
  webSessionStore,
} from "./session/session-store.ts";
import { type Call, callThrough, streamThrough } from "./wire/call.ts";
import { ParleyError } from "./wire/errors.ts";
import { type Fetch, Transport } from "./wire/transport.ts";

export interface ParleyOptions {
  /** The server's address, such as `https://chat.example.com`. In a page it is the page's own origin by default. */
  url?: string;
  /**
   * How sign-ins are proved. `token` (the default) works everywhere. `cookie` is for pages of the server's own origin:
   * the secret is a cookie that no script can read.
   */
  session?: "token" | "cookie";
  /** Where the session is kept: in memory by default, with `cookie` in `localStorage`. */
  sessionStore?: SessionStore;
  /** Where messages wait to be sent: IndexedDB in a browser, memory elsewhere, by default. */
  outboxStore?: OutboxStore;
  /** For runtimes without a global `WebSocket` (Node 20): the class of the package `ws`, say. */
  WebSocket?: WebSocketConstructor | null;
  /** For tests and proxies. */
  fetch?: Fetch;
  /** How long a request may take; 30,000 by default. */
  timeoutMs?: number;
  /** Is given what a handler of an event throws. By default the runtime reports it as uncaught. */
  onHandlerError?: (error: unknown) => void;
  /** What tabs share; Web Locks and BroadcastChannel by default. */
  tabs?: Tabs;
}

/** A client of one Parley server for one person at a time. */
export class ParleyClient {
  readonly auth: ReturnType<typeof authApi>;
  readonly users: ReturnType<typeof usersApi>;
  readonly organizations: ReturnType<typeof organizationsApi>;
  readonly sessions: ReturnType<typeof sessionsApi>;
  readonly presence: ReturnType<typeof presenceApi>;
  readonly conversations: ReturnType<typeof conversationsApi>;
  readonly participants: ReturnType<typeof participantsApi>;
  readonly rooms: ReturnType<typeof roomsApi>;
  readonly messages: ReturnType<typeof messagesApi>;
  readonly account: ReturnType<typeof accountApi>;
  readonly support: ReturnType<typeof supportApi>;
  readonly keys: ReturnType<typeof keysApi>;
  readonly notifications: ReturnType<typeof notificationsApi>;
  readonly admin: ReturnType<typeof adminApi>;
  readonly files: ReturnType<typeof filesApi>;
  /** Workspaces and their settings: the services of `/api/v5`. */
  readonly workspace: ReturnType<typeof workspaceApi>;
  /** The WebSocket: `connect()` once, it stays. */
  readonly realtime: Realtime;
  /** What people write goes here: it is kept until the server has it, and sent once and in order. */
  readonly outbox: Outbox;
  /** Any route by the id of its operation in `/openapi.json`, typed like the grouped methods. */
  readonly call: Call;
  readonly #emitter: Emitter<ParleyEvent>;
  readonly #keeper: SessionKeeper;
  readonly #versions = new Versions();
  readonly #stopListening: () => void;
  #signedIn: StoredSession | null = null;

  /** @throws ParleyError where no `url` was given and there is no page to take it from. */
  constructor(options: ParleyOptions = {}) {
    const url = addressOf(options.url);
    this.#emitter = new Emitter(options.onHandlerError);
    const fetch: Fetch = options.fetch ?? ((address, init) => globalThis.fetch(address, init));
    const transport = new Transport({
      url,
      fetch,
      timeoutMs: options.timeoutMs ?? 30_000,
      credentials: () => this.#keeper,
    });
    const call = callThrough(transport);
    const stream = streamThrough(transport);
    this.call = call;
    const mode = options.session ?? "token";
    const tabs = options.tabs ?? browserTabs();
    this.#keeper = new SessionKeeper({
      store: options.sessionStore ?? defaultSessionStore(mode),
      tabs,
      scope: url,
      findCookieSession: () => (mode === "cookie" ? findCookieSession(transport) : Promise.resolve(null)),
      refresh: (refreshToken) => call("refresh", { body: { refresh_token: refreshToken } }),
      changed: (session, reason) => this.#sessionChanged(session, reason),
    });
    this.auth = authApi(call, this.#keeper, mode);
    this.users = usersApi(call);
    this.organizations = organizationsApi(call);
    this.keys = keysApi(call);
    this.notifications = notificationsApi(call);
    this.sessions = sessionsApi(call);
    this.presence = presenceApi(call);
    this.conversations = conversationsApi(call, ({ id, version }) => this.#versions.seed(id, version));
    this.participants = participantsApi(call);
    this.rooms = roomsApi(call);
    this.messages = messagesApi(call);
    this.account = accountApi(call, stream);
    this.support = supportApi(call);
    this.admin = adminApi(call);
    this.files = filesApi(call, fetch, url);
    this.workspace = workspaceApi(call, {
      keeper: this.#keeper,
      stream,
      fileService: this.files,
      getSessionId: (token) => getSessionId(transport, token),
    });
    const network = findNetwork();
    this.realtime = new Realtime({
      socketUrl: `${url.replace(/^http/, "ws")}/v1/ws/chat`,
      WebSocket: options.WebSocket === undefined ? findWebSocket() : options.WebSocket,
      versions: this.#versions,
      network,
      times: linkTimes,
      takeTicket: () => this.auth.takeTicket(),
      sessionEnded: (sessionId) => void this.#keeper.end("session_ended", sessionId ?? undefined),
      emit: (event) => this.#emitter.emit(event),
    });
    this.outbox = new Outbox({
      store: options.outboxStore ?? (hasIndexedDb() ? indexedOutboxStore() : memoryOutboxStore()),
      tabs,
      scope: url,
      signedInUser: async () => (await this.#keeper.load())?.user_id ?? null,
      deliver: deliverThrough(this.realtime, call),
      emit: (event) => this.#emitter.emit(event),
    });
    this.#stopListening = this.#wakeOutbox(network);
  }

  /** Messages that wait go as soon as they may reach the server. @returns what ends it. */
  #wakeOutbox(network: Network): () => void {
    const wake = () => this.outbox.wakeAll();
    this.on("connection", ({ status }) => {
      if (status === "online") wake();
    });
    return network.listen({ online: wake, visible: wake });
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
    this.outbox.close();
    this.#keeper.close();
    this.#stopListening();
  }

  #sessionChanged(session: StoredSession | null, reason: SignedOutReason | null): void {
    const before = this.#signedIn;
    this.#signedIn = session;
    if (before !== null) {
      this.realtime.disconnect();
      this.#versions.clear();
      this.outbox.stop();
      // Whoever signs out leaves nothing of theirs on the device; who was signed out finds it again.
      if (reason === "logout") void this.outbox.forget(before.user_id);
    }
    if (session !== null) this.outbox.start(session.user_id);
    if (session === null) this.#emitter.emit({ type: "signed_out", reason: reason ?? "session_ended" });
    else this.#emitter.emit({ type: "signed_in", session });
  }
}

/** With a cookie the store holds no secret, and other tabs hear of a sign-in through it. */
function defaultSessionStore(mode: "token" | "cookie"): SessionStore {
  const storage = mode === "cookie" ? findLocalStorage() : null;
  return storage === null ? memorySessionStore() : webSessionStore(storage);
}

function findWebSocket(): WebSocketConstructor | null {
  return (browser.WebSocket as WebSocketConstructor | undefined) ?? null;
}

function addressOf(given: string | undefined): string {
  const url = given ?? browser.location?.origin;
  if (url === undefined || !/^https?:\/\//.test(url))
    throw new ParleyError("MISUSE", 'Give the server\'s address: new ParleyClient({ url: "https://…" }).');
  return url.replace(/\/+$/, "");
}
