/** One version of what a user publishes for end-to-end encryption; the one that is not revoked counts. */
export interface KeySetTable {
  user_id: string;
  version: number;
  /** Base64, as sent. */
  identity_key: string;
  /** JSON: text, or an object with an id and a signature, as sent. */
  signed_pre_key: string;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  /** When the owner was told that it ends soon. */
  expiry_told_at: number | null;
  /** When the owner got a notification that few one-time keys are left. */
  low_told_at: number | null;
}

export interface OneTimeKeyTable {
  user_id: string;
  /** Of the key's bytes, however they were written. */
  fingerprint: string;
  /** Base64, as sent; null once it was handed out. */
  public_key: string | null;
  /** In which it was uploaded: a restored backup does not know which of its keys were handed out since. */
  epoch: string;
  uploaded_at: number;
  /** Among those of its upload. */
  place: number;
  taken_at: number | null;
}
