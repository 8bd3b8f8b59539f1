/** Tables of organizations, of what ties their people, and of what was changed; see `schema.ts`. */

/** What somebody is in their organization. */
export type OrganizationRole = "Admin" | "Developer" | "Manager" | "Viewer";

export interface OrganizationTable {
  id: string;
  slug: string;
  name: string;
  created_at: number;
  /** Null, as the next two: from before there were any; the server's default holds. */
  time_zone: string | null;
  plan: string | null;
  updated_at: number | null;
}

export interface InvitationTable {
  id: string;
  organization_id: string;
  token_hash: string;
  /** Null: whoever has the link may come. */
  email: string | null;
  email_key: string | null;
  role: OrganizationRole;
  created_by: string;
  created_at: number;
  expires_at: number;
  accepted_at: number | null;
  accepted_by: string | null;
}

export interface BlockTable {
  blocker_id: string;
  blocked_id: string;
  organization_id: string;
  created_at: number;
}

/** Between two, their ids in order, so that there is one whoever asked. */
export interface FriendshipTable {
  lower_id: string;
  higher_id: string;
  organization_id: string;
  requested_by: string;
  created_at: number;
  /** Null: asked, not yet answered. */
  accepted_at: number | null;
}

export interface UserSettingsTable {
  user_id: string;
  /** JSON object. */
  settings: string;
  /** Its `presence_visible` is false. */
  presence_hidden: 0 | 1;
  updated_at: number;
}

/** Without a row: active, no agent, not banned. */
export interface UserStandingTable {
  user_id: string;
  is_active: 0 | 1;
  is_agent: 0 | 1;
  banned_at: number | null;
  banned_by: string | null;
  ban_reason: string | null;
  /** Null: the ban does not end by itself. */
  banned_until: number | null;
}

export interface AuditChangeTable {
  /** 1, 2, 3 … over the whole server, without gaps. */
  position: number;
  id: string;
  organization_id: string;
  actor_id: string | null;
  action: string;
  target_type: string;
  target_id: string;
  request_id: string | null;
  ip: string | null;
  outcome: string;
  /** JSON of the names of changed fields. */
  details: string;
  created_at: number;
  prev_hash: string;
  hash: string;
}

/** One row: where the chain of changes ends. */
export interface AuditHeadTable {
  id: number;
  position: number;
  hash: string;
}
