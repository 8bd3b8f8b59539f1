import type { Tokens } from "../../../server/src/contract.ts";
import { noTabs, type TabChannel, type Tabs } from "../platform/tabs.ts";
import { ParleyError } from "../wire/errors.ts";
import type { Credentials, Proof } from "../wire/transport.ts";
import type { BearerSession, CookieSession, SessionStore, StoredSession } from "./session-store.ts";

/** Why a session is over: the caller ended it, or the server did. */
export type SignedOutReason = "logout" | "session_ended";

export interface SignedInEvent {
  type: "signed_in";
  session: StoredSession;
}

export interface SignedOutEvent {
  type: "signed_out";
  reason: SignedOutReason;
}

/** Whose session it is has changed, in this tab or another. */
export type SessionEvent = SignedInEvent | SignedOutEvent;

interface KeeperOptions {
  store: SessionStore;
  tabs: Tabs;
  /** Prefix of the locks' and channels' names. */
  scope: string;
  refresh(refreshToken: string): Promise<Tokens>;
  /** Whose session the browser's cookie is; null: nobody's. */
  findCookieSession(): Promise<CookieSession | null>;
  changed(session: StoredSession | null, reason: SignedOutReason | null): void;
}

const unsafeMethods: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Within the server's grace of 10 s the same refresh token gives the same answer again. */
const refreshRetriesMs = [300, 1_500, 4_000];
/** Chromium's `localStorage` reaches other processes within a few milliseconds. */
const sharedStoreLagMs = 100;

/** The one session of a client: kept, shown to the server, renewed once for all who wait, in all tabs. */
export class SessionKeeper implements Credentials {
  readonly #options: KeeperOptions;
  readonly #tabs: Tabs;
  readonly #channel: TabChannel;
  #session: StoredSession | null = null;
  #loaded: Promise<void> | null = null;
  #refreshing: Promise<boolean> | null = null;
  #isLeaving = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#tabs = options.store.sharedAs === null ? noTabs : options.tabs;
    this.#channel = this.#tabs.channel(this.#name("session"), (message) =>
      this.#show(message as StoredSession | null, message === null ? "session_ended" : null),
    );
  }

  /** What is known without waiting: null before the store was read. */
  get current(): StoredSession | null {
    return this.#session;
  }

  get cookies(): "omit" | "same-origin" | "include" {
    return this.#session?.kind === "bearer" ? "omit" : "same-origin";
  }

  /** Looks for a cookie where the store has nothing: it may be there from before the store was emptied. */
  async restore(): Promise<StoredSession | null> {
    const stored = await this.load();
    if (stored !== null) return stored;
    const found = await this.#options.findCookieSession();
    if (found !== null) await this.#keep(found, null);
    return found;
  }

  /** Reads the store at first. */
  async load(): Promise<StoredSession | null> {
    this.#loaded ??= this.#reload();
    await this.#loaded;
    return this.#session;
  }

  async begin(session: StoredSession): Promise<void> {
    await this.load();
    await this.#keep(session, null);
  }

  /** @param sessionId ends only that session: a later one stays. */
  async end(reason: SignedOutReason, sessionId?: string): Promise<void> {
    const session = await this.load();
    if (session === null || (sessionId !== undefined && session.session_id !== sessionId)) return;
    await this.#keep(null, reason);
  }

  /**
   * Signs out: `work` ends the session at the server, and whatever becomes of that, it is over here. The server closes
   * the socket at once, often before it answers: that is the same end, and no session that somebody else ended.
   */
  async leave(work: () => Promise<unknown>): Promise<void> {
    this.#isLeaving = true;
    try {
      await work();
    } finally {
      await this.end("logout");
      this.#isLeaving = false;
    }
  }

  async apply(headers: Record<string, string>, method: string): Promise<Proof> {
    const session = await this.load();
    if (session === null)
      throw new ParleyError("SIGNED_OUT", "There is no session. Sign in first.", { status: 401 });
    if (session.kind === "bearer") {
      headers.authorization = `Bearer ${session.access_token}`;
      return proofOf(session);
    }
    if (unsafeMethods.has(method)) headers["x-csrf-token"] = session.csrf_token;
    return proofOf(session);
  }

  /** One refresh at a time serves everybody who was refused meanwhile. */
  async recover(used: Proof): Promise<boolean> {
    this.#refreshing ??= this.#tabs
      .exclusively(this.#name("refresh"), () => this.#renew(used))
      .finally(() => {
        this.#refreshing = null;
      });
    return await this.#refreshing;
  }

  close(): void {
    this.#channel.close();
  }

  async #renew(used: Proof): Promise<boolean> {
    // Another tab may have renewed, ended or replaced the session while this one waited.
    const session = await this.#reloadUntilOther(used);
    // What one person asked is not asked again in the name of another.
    if (session?.user_id !== used.userId) return false;
    if (proofOf(session).secret !== used.secret) return true;
    if (session.kind === "cookie") {
      const found = await this.#options.findCookieSession();
      await this.#keep(found, found === null ? "session_ended" : null);
      return found?.user_id === used.userId && found.csrf_token !== used.secret;
    }
    try {
      const tokens = await this.#refreshPatiently(session);
      await this.#keep({ ...session, ...pickTokens(tokens) }, null);
      return true;
    } catch (error) {
      if (!(error instanceof ParleyError && error.status === 401)) throw error;
      await this.#keep(null, "session_ended");
      return false;
    }
  }

  /** A lost answer would leave the client with a used token, so it asks again while the server still repeats it. */
  async #refreshPatiently(session: BearerSession): Promise<Tokens> {
    for (const wait of refreshRetriesMs) {
      try {
        return await this.#options.refresh(session.refresh_token);
      } catch (error) {
        if (!(error instanceof ParleyError && error.isTemporary && error.status !== 429)) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return await this.#options.refresh(session.refresh_token);
  }

  async #keep(session: StoredSession | null, reason: SignedOutReason | null): Promise<void> {
    await this.#options.store.save(session);
    this.#show(session, reason);
    // The session itself, since a browser's storage may show a change to other tabs later than a channel does.
    this.#channel.say(session);
  }

  /** What another tab has just written may take a moment to be seen here. */
  async #reloadUntilOther(used: Proof): Promise<StoredSession | null> {
    await this.#reload();
    if (this.#options.store.sharedAs !== null && this.#isStill(used)) {
      await new Promise((resolve) => setTimeout(resolve, sharedStoreLagMs));
      if (this.#isStill(used)) await this.#reload();
    }
    return this.#session;
  }

  #isStill(used: Proof): boolean {
    return this.#session !== null && proofOf(this.#session).secret === used.secret;
  }

  async #reload(): Promise<void> {
    const stored = await this.#options.store.load();
    this.#show(stored, stored === null && this.#session !== null ? "session_ended" : null);
  }

  #show(session: StoredSession | null, reason: SignedOutReason | null): void {
    const before = this.#session;
    this.#session = session;
    const isSame = before?.session_id === session?.session_id && before?.user_id === session?.user_id;
    if (!isSame) this.#options.changed(session, session === null && this.#isLeaving ? "logout" : reason);
  }

  #name(what: string): string {
    return `parley ${what} ${this.#options.scope} ${this.#options.store.sharedAs ?? ""}`;
  }
}

function proofOf(session: StoredSession): Proof {
  const secret = session.kind === "bearer" ? session.access_token : session.csrf_token;
  return { userId: session.user_id, secret };
}

function pickTokens({ access_token, refresh_token, expires_at, refresh_expires_at, session_id }: Tokens) {
  return { access_token, refresh_token, expires_at, refresh_expires_at, session_id };
}
