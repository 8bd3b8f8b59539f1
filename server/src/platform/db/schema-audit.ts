/** One answered request. It names fields and never holds what was in them. */
export interface AuditRequestTable {
  id: string;
  /** Of the caller; null: nobody was signed in. */
  organization_id: string | null;
  user_id: string | null;
  event_type:
    | "request"
    | "sign_in_failed"
    | "authentication_failed"
    | "rate_limited"
    | "foreign_id"
    | "tenant_violation";
  /** The route, with names in place of ids and tokens. */
  endpoint: string;
  method: string;
  status_code: number;
  ip: string | null;
  user_agent: string | null;
  /** JSON of the names of the fields that the body had. */
  fields: string;
  response_time_ms: number;
  request_id: string;
  created_at: number;
}
