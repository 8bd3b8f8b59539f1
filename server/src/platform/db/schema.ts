import type { ColumnType, Generated } from "kysely";
import type {
  AccountLockTable,
  AccountTokenTable,
  ApiKeyTable,
  AuthenticatorTable,
  MailTable,
  RecoveryCodeTable,
  ResetRequestTable,
} from "./schema-accounts.ts";
import type { AuditRequestTable } from "./schema-audit.ts";
import type { KeySetTable, OneTimeKeyTable } from "./schema-keys.ts";
import type { NotificationSettingTable, NotificationTable } from "./schema-notifications.ts";
import type {
  AuditChangeTable,
  AuditHeadTable,
  BlockTable,
  FriendshipTable,
  InvitationTable,
  OrganizationRole,
  OrganizationTable,
  UserSettingsTable,
  UserStandingTable,
} from "./schema-organizations.ts";
import type {
  MessageReportTable,
  RoomBanTable,
  RoomInvitationTable,
  SlowModeSendTable,
  ThreadFollowerTable,
} from "./schema-rooms.ts";
import type { FileShareTable, FileTable } from "./schema-storage.ts";
import type {
  AiAnswerTable,
  AiConversationTable,
  AiMessagePartTable,
  AiMessageTable,
  WorkspaceSessionTable,
  WorkspaceSettingTable,
  WorkspaceTagTable,
} from "./schema-workspace.ts";

/**
 * The tables as both engines have them. Times are milliseconds since 1970, flags 0 or 1, structured values JSON text,
 * ids UUID text: so that one query text and one result mean the same on SQLite and PostgreSQL.
 */
export interface Schema {
  server_meta: ServerMetaTable;
  server_keys: ServerKeyTable;
  organizations: OrganizationTable;
  invitations: InvitationTable;
  blocks: BlockTable;
  friendships: FriendshipTable;
  user_settings: UserSettingsTable;
  user_standings: UserStandingTable;
  audit_changes: AuditChangeTable;
  audit_head: AuditHeadTable;
  users: UserTable;
  sessions: SessionTable;
  refresh_tokens: RefreshTokenTable;
  ws_tickets: WsTicketTable;
  account_locks: AccountLockTable;
  account_tokens: AccountTokenTable;
  api_keys: ApiKeyTable;
  authenticators: AuthenticatorTable;
  recovery_codes: RecoveryCodeTable;
  reset_requests: ResetRequestTable;
  mails: MailTable;
  conversations: ConversationTable;
  conversation_heads: ConversationHeadTable;
  participants: ParticipantTable;
  participant_marks: ParticipantMarkTable;
  messages: MessageTable;
  message_keys: MessageKeyTable;
  message_edits: MessageEditTable;
  reactions: ReactionTable;
  room_bans: RoomBanTable;
  message_reports: MessageReportTable;
  room_invitations: RoomInvitationTable;
  slow_mode_sends: SlowModeSendTable;
  thread_followers: ThreadFollowerTable;
  import_rows: ImportRowTable;
  files: FileTable;
  support_conversations: SupportConversationTable;
  file_shares: FileShareTable;
  workspace_sessions: WorkspaceSessionTable;
  workspace_tags: WorkspaceTagTable;
  workspace_settings: WorkspaceSettingTable;
  ai_conversations: AiConversationTable;
  ai_messages: AiMessageTable;
  ai_message_parts: AiMessagePartTable;
  ai_answers: AiAnswerTable;
  audit_requests: AuditRequestTable;
  notifications: NotificationTable;
  notification_settings: NotificationSettingTable;
  key_sets: KeySetTable;
  one_time_keys: OneTimeKeyTable;
}

export type Flag = 0 | 1;

/** Null where an insert does not name it. */
type Optional<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface ServerMetaTable {
  key: string;
  value: string;
}

export interface ServerKeyTable {
  kid: string;
  purpose: "access-token" | "refresh-rotation" | "file-urls";
  /** JWK or raw secret, sealed under PARLEY_SECRET when `sealed` is 1. */
  material: string;
  sealed: Flag;
  created_at: number;
}

export interface UserTable {
  id: string;
  organization_id: string;
  username: string;
  /** Username after NFKC and case folding: what must be unique. */
  username_key: string;
  email: string | null;
  email_key: string | null;
  /** Null: cannot sign in (an imported author). */
  password_hash: string | null;
  display_name: string;
  /** Folded like `username_key`: what the directory searches, since engines fold letters differently. */
  display_name_key: string | null;
  avatar_url: string | null;
  role: "admin" | "moderator" | "user" | "guest";
  is_placeholder: Flag;
  created_at: number;
  updated_at: number;
  last_seen_at: number | null;
  /** What they are in their organization; `role` is what they are on the server. */
  organization_role: OrganizationRole;
  /** Both null: the two parts are split off `display_name`. */
  first_name: string | null;
  last_name: string | null;
  last_login_at: number | null;
  /** Null: nobody has shown yet that mail to `email` reaches them. */
  email_verified_at: number | null;
  /** A program, which comes in by an API key. */
  is_bot: ColumnType<Flag, Flag | undefined, Flag>;
  /** When its owner deleted the account; what it wrote stays. */
  deleted_at: number | null;
}

export interface SessionTable {
  id: string;
  organization_id: string;
  user_id: string;
  created_at: number;
  last_used_at: number;
  /** When its newest refresh token ends: 30 days after the last refresh. */
  expires_at: number;
  /** No refresh goes beyond this, 90 days after the login. */
  family_expires_at: number;
  ip: string | null;
  user_agent: string | null;
  /** What its owner calls the device; null: it is told from `user_agent`. */
  device_name: string | null;
  /** Null: tokens prove the session, else a browser's cookie with this hash. */
  cookie_hash: string | null;
  /** Null: it is no API key's. */
  api_key_hash: string | null;
  /** JSON list of an API key's scopes; null: it may do whatever its user may. */
  scopes: string | null;
  ended_at: number | null;
}

export interface RefreshTokenTable {
  token_hash: string;
  session_id: string;
  issued_at: number;
  expires_at: number;
  /** Set once, when the token was exchanged for its successor. */
  used_at: number | null;
}

export interface WsTicketTable {
  ticket_hash: string;
  session_id: string;
  expires_at: number;
}

export interface ConversationTable {
  id: string;
  organization_id: string;
  type: "direct" | "group" | "room" | "support" | "purchase";
  title: string | null;
  /** The title folded: what lists search and sort by. */
  title_key: string | null;
  description: string | null;
  avatar_url: string | null;
  created_by: string;
  created_at: number;
  updated_at: number;
  is_e2ee_enabled: Flag;
  visibility: "public" | "private" | null;
  /** JSON of a room's `{post, invite, pin, manage}`. */
  permissions: string | null;
  /** What makes a conversation unique: of a direct one both user ids, sorted and joined; of a purchase its parts. */
  direct_key: string | null;
  /** The version of the last change to this row. */
  changed_version: number;
  /** JSON of the client's own. */
  metadata: Optional<string>;
  /** The client's own id of what a purchase conversation is about. */
  purchase_request_id: Optional<string>;
  /** The room has ended for all. */
  deleted_at: Optional<number>;
  /** Of those who take part now; kept by whatever changes who does. */
  participant_count: Generated<number>;
  /** Since when it takes no messages. */
  closed_at: Optional<number>;
  /** How long members of a room wait between two messages; 0: not at all. */
  slow_mode_seconds: Generated<number>;
}

/** What every message moves; apart from the conversation so that the row is short and locked alone. */
export interface ConversationHeadTable {
  conversation_id: string;
  seq: number;
  version: number;
  /** Messages that can be unread, that is all but system ones. */
  ordinal: number;
  last_message_at: number | null;
}

export interface ParticipantTable {
  conversation_id: string;
  user_id: string;
  organization_id: string;
  role: "admin" | "moderator" | "member" | "customer" | "agent";
  joined_at: number;
  joined_version: number;
  version: number;
  removed_at: number | null;
  archived: Flag;
  muted: Flag;
  muted_until: number | null;
}

export interface ParticipantMarkTable {
  conversation_id: string;
  user_id: string;
  last_read_seq: number;
  /** The head's `ordinal` as it was at `last_read_seq`: unread is a subtraction. */
  read_ordinal: number;
  last_read_at: number | null;
  last_delivered_seq: number;
  last_delivered_at: number | null;
}

export interface MessageTable {
  conversation_id: string;
  seq: number;
  message_id: string;
  organization_id: string;
  sender_id: string;
  client_message_id: string | null;
  version: number;
  /** What tells a new message from a changed one when a client resumes. */
  created_version: number;
  ordinal: number;
  message_type: "text" | "image" | "video" | "file" | "system";
  content: string;
  is_encrypted: Flag;
  metadata: string | null;
  reply_to: string | null;
  thread_root_id: string | null;
  created_at: number;
  edited_at: number | null;
  deleted_at: number | null;
  /** How often the row changed since it was written; only changed rows are in the index that resume reads. */
  revision: number;
  pinned_at: number | null;
  pinned_by: string | null;
}

/** What makes a send idempotent: apart from the messages, since its order is no order of theirs. */
export interface MessageKeyTable {
  /** Hash of conversation, sender and `client_message_id`. */
  key: string;
  seq: number;
}

export interface MessageEditTable {
  message_id: string;
  version: number;
  organization_id: string;
  former_content: string;
  edited_by: string;
  edited_at: number;
}

/** One emoji of one user on one message. */
export interface ReactionTable {
  conversation_id: string;
  seq: number;
  emoji: string;
  user_id: string;
  organization_id: string;
  /** The version at which the emoji came to the message: its place among the message's emojis while anybody keeps it. */
  emoji_version: number;
  version: number;
  created_at: number;
}

export interface ImportRowTable {
  conversation_id: string;
  line: number;
  line_hash: string;
  seq: number;
}

/** What a support conversation is beside a conversation. */
export interface SupportConversationTable {
  conversation_id: string;
  organization_id: string;
  customer_id: string;
  status: "open" | "assigned" | "resolved" | "closed";
  agent_id: string | null;
  created_at: number;
  updated_at: number;
  resolved_at: number | null;
  closed_at: number | null;
}

/** Every table with the columns of its key, in an order in which rows may be inserted. */
export const tableKeys = {
  server_meta: ["key"],
  server_keys: ["kid"],
  organizations: ["id"],
  invitations: ["id"],
  audit_changes: ["position"],
  audit_head: ["id"],
  users: ["id"],
  blocks: ["blocker_id", "blocked_id"],
  friendships: ["lower_id", "higher_id"],
  user_settings: ["user_id"],
  user_standings: ["user_id"],
  sessions: ["id"],
  refresh_tokens: ["token_hash"],
  ws_tickets: ["ticket_hash"],
  account_locks: ["account_key", "scope"],
  account_tokens: ["token_hash"],
  api_keys: ["id"],
  authenticators: ["user_id"],
  recovery_codes: ["user_id", "code_hash"],
  reset_requests: ["id"],
  mails: ["id"],
  conversations: ["id"],
  conversation_heads: ["conversation_id"],
  participants: ["conversation_id", "user_id"],
  participant_marks: ["conversation_id", "user_id"],
  messages: ["conversation_id", "seq"],
  message_keys: ["key"],
  message_edits: ["message_id", "version"],
  reactions: ["conversation_id", "seq", "emoji", "user_id"],
  room_bans: ["conversation_id", "user_id"],
  message_reports: ["id"],
  room_invitations: ["invitation_id"],
  slow_mode_sends: ["conversation_id", "user_id"],
  thread_followers: ["user_id", "root_id"],
  import_rows: ["conversation_id", "line", "line_hash"],
  files: ["id"],
  support_conversations: ["conversation_id"],
  file_shares: ["conversation_id", "seq", "file_id"],
  workspace_sessions: ["id"],
  workspace_tags: ["object_id", "tag"],
  workspace_settings: ["user_id", "organization_id", "category", "key"],
  ai_conversations: ["id"],
  ai_messages: ["conversation_id", "seq"],
  ai_message_parts: ["message_id", "part"],
  ai_answers: ["conversation_id"],
  audit_requests: ["id"],
  notifications: ["user_id", "id"],
  notification_settings: ["user_id", "kind"],
  key_sets: ["user_id", "version"],
  one_time_keys: ["user_id", "fingerprint"],
} as const satisfies { [Table in keyof Schema]: readonly (keyof Schema[Table] & string)[] };
