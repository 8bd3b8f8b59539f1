import type { KeyValueStorage } from "../platform/browser.ts";

/** A session that sends tokens. */
export interface BearerSession {
  kind: "bearer";
  user_id: string;
  session_id: string;
  access_token: string;
  refresh_token: string;
  expires_at: string;
  refresh_expires_at: string;
}

/** A session whose secret is a cookie that no script can read. */
export interface CookieSession {
  kind: "cookie";
  user_id: string;
  session_id: string;
  csrf_token: string;
}

export type StoredSession = BearerSession | CookieSession;

type MaybePromise<T> = T | Promise<T>;

/** Where a session outlives the client. */
export interface SessionStore {
  /** What clients that see the same session have in common; null: only this client sees it. */
  readonly sharedAs: string | null;
  load(): MaybePromise<StoredSession | null>;
  /** Null: the session has ended. */
  save(session: StoredSession | null): MaybePromise<void>;
}

/** Forgets with the client. */
export function memorySessionStore(session: StoredSession | null = null): SessionStore {
  let kept = session;
  return {
    sharedAs: null,
    load: () => kept,
    save: (changed) => {
      kept = changed;
    },
  };
}

/**
 * Keeps the session in `localStorage` (all tabs, across restarts) or `sessionStorage` (one tab).
 * Scripts of the page can read it: a page of the server's own origin does better with `session: "cookie"`.
 */
export function webSessionStore(storage: KeyValueStorage, key = "parley.session"): SessionStore {
  return {
    sharedAs: key,
    load: () => {
      const text = storage.getItem(key);
      return text === null ? null : readSession(text);
    },
    save: (session) => {
      if (session === null) storage.removeItem(key);
      else storage.setItem(key, JSON.stringify(session));
    },
  };
}

function readSession(text: string): StoredSession | null {
  try {
    const session = JSON.parse(text) as StoredSession | null;
    return session?.kind === "bearer" || session?.kind === "cookie" ? session : null;
  } catch {
    return null;
  }
}
