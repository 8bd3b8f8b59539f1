/** Tables about proving that an account is one's own, see `schema.ts`. */

export interface AccountLockTable {
  /** `u:` and a user's id, or a hash of the name that nobody has; `c:` and a user's id for what asks a password again. */
  account_key: string;
  /** The network that the failures came from, or `*`: from anywhere. */
  scope: string;
  /** JSON list of times, oldest first. */
  failed_at: string;
  /** 0: it was never locked. */
  locked_until: number;
  updated_at: number;
}

/** A secret that was mailed, and what it is good for. */
export interface AccountTokenTable {
  token_hash: string;
  user_id: string;
  purpose: "reset" | "verify";
  /** The address it was sent to. */
  email: string;
  created_at: number;
  expires_at: number;
}

/** Somebody asked for a reset mail; whether there is such an account is not looked up yet. */
export interface ResetRequestTable {
  id: string;
  email_key: string;
  created_at: number;
}

export interface MailTable {
  id: string;
  kind: string;
  recipient: string;
  subject: string;
  /** Sealed JSON `{text, html}`; null once a relay has taken it. */
  body: string | null;
  state: "queued" | "sent" | "logged" | "failed";
  attempts: number;
  last_error: string | null;
  created_at: number;
  next_attempt_at: number;
  sent_at: number | null;
}

/** A user's authenticator: it counts once it is confirmed. */
export interface AuthenticatorTable {
  user_id: string;
  /** Base32, sealed. */
  secret: string;
  confirmed_at: number | null;
  /** The step of the latest code that was used: none up to it counts again. */
  last_step: number;
  created_at: number;
}

/** Codes that were not used yet. */
export interface RecoveryCodeTable {
  user_id: string;
  code_hash: string;
}

/** `id` is its session's too: what proves a key, its scopes and its latest use are there. */
export interface ApiKeyTable {
  id: string;
  organization_id: string;
  created_by: string;
  /** The service user. */
  user_id: string;
  name: string;
  created_at: number;
}
