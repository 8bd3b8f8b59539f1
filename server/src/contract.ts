/**
 * The API as types, for clients: what each route takes and answers, the codes of its errors, and the frames of the
 * chat WebSocket.
 * Made from the route table by `npm run reference`: change the schemas of the features, never this file.
 */

/** Every code that a refused request or frame may carry. */
export type ErrorCode =
  | "VALIDATION_ERROR"
  | "UNAUTHORIZED"
  | "INVALID_CREDENTIALS"
  | "TOKEN_EXPIRED"
  | "TOKEN_REUSED"
  | "INVALID_PASSWORD"
  | "TWO_FACTOR_REQUIRED"
  | "FORBIDDEN"
  | "BANNED"
  | "CSRF_FAILED"
  | "EDIT_WINDOW_CLOSED"
  | "NOT_FOUND"
  | "SETTING_NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "ACCOUNT_LOCKED"
  | "RATE_LIMIT_EXCEEDED"
  | "INTERNAL_ERROR"
  | "PROVIDER_UNAVAILABLE"
  | "UNAVAILABLE";

export interface SignInOptions {
  /** Whether anybody may register, or only who was invited. */
  registration: "open" | "invite";
  /** Nobody has registered yet: the first one becomes the server's admin. */
  is_empty: boolean;
  /** Mails reach people by themselves. Else an administrator reads them and hands them on. */
  sends_mail: boolean;
}

export interface SignedIn {
  user: OwnUser;
  access_token: string;
  refresh_token: string;
  /** When the access token ends. */
  expires_at: string;
  refresh_expires_at: string;
  session_id: string;
}

export interface OwnUser {
  id: string;
  user_id: string;
  organization_id: string;
  email: string | null;
  email_verified: boolean;
  username: string;
  display_name: string;
  avatar_url: string | null;
  role: "admin" | "moderator" | "user" | "guest";
  /** A program, which comes in by an API key. */
  is_bot: boolean;
  created_at: string;
  updated_at: string;
}

export interface SignedInByCookie {
  user: OwnUser;
  /** Goes into `X-CSRF-Token` of each request of this session that is not GET or HEAD. */
  csrf_token: string;
  session_id: string;
  /** When the session ends unless it is used before. */
  expires_at: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  /** When the access token ends. */
  expires_at: string;
  refresh_expires_at: string;
  session_id: string;
}

export interface Profile {
  id: string;
  user_id: string;
  organization_id: string;
  email: string | null;
  email_verified: boolean;
  username: string;
  display_name: string;
  avatar_url: string | null;
  role: "admin" | "moderator" | "user" | "guest";
  /** A program, which comes in by an API key. */
  is_bot: boolean;
  created_at: string;
  updated_at: string;
  /** Only in a cookie session: its `X-CSRF-Token`. */
  csrf_token?: string;
}

export interface User {
  id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
  /** A program, which comes in by an API key. */
  is_bot: boolean;
  online: boolean;
  last_seen_at: string | null;
  /** Only to oneself and administrators. */
  email?: string | null;
}

export interface Presence {
  user_id: string;
  online: boolean;
  last_seen_at: string | null;
}

export interface Session {
  id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ip: string | null;
  user_agent: string | null;
  /** As its owner named it, else browser and system. */
  device_name: string | null;
  kind: "bearer" | "cookie";
  current: boolean;
}

export interface CurrentSession {
  id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ip: string | null;
  user_agent: string | null;
  /** As its owner named it, else browser and system. */
  device_name: string | null;
  kind: "bearer" | "cookie";
  current: boolean;
  /** Only in a cookie session: its `X-CSRF-Token`. */
  csrf_token?: string;
}

export interface ApiKey {
  id: string;
  name: string;
  scopes: ("read" | "write" | "admin")[];
  /** The service user that the key acts as. */
  user_id: string;
  created_at: string;
  last_used_at: string | null;
}

export interface Organization {
  id: string;
  slug: string;
  name: string;
  time_zone: string;
  plan: string;
  member_count: number;
  created_at: string;
  updated_at: string;
}

export interface Invitation {
  id: string;
  organization_id: string;
  email: string | null;
  role: "Admin" | "Developer" | "Manager" | "Viewer";
  created_by: string;
  created_at: string;
  expires_at: string;
}

export interface Member {
  user_id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
  role: "Admin" | "Developer" | "Manager" | "Viewer";
  created_at: string;
  /** Only to Admins and to oneself. */
  email?: string | null;
}

export interface Conversation {
  id: string;
  type: "direct" | "group" | "room" | "support" | "purchase";
  title: string | null;
  description: string | null;
  avatar_url: string | null;
  created_by: string;
  created_at: string;
  updated_at: string;
  is_e2ee_enabled: boolean;
  visibility: "public" | "private" | null;
  permissions: {
    [field: string]: string;
  } | null;
  /** Of a room: how long its members wait between two messages; 0: not at all. */
  slow_mode_seconds: number;
  participant_count: number;
  /** In lists only of direct conversations, and there with presence; 200 at most. */
  participants?: ({
    user_id: string;
    role: "admin" | "moderator" | "member" | "customer" | "agent";
    joined_at: string;
    version: number;
    username: string;
    display_name: string;
    avatar_url: string | null;
    online?: boolean;
    last_seen_at?: string | null;
  })[];
  seq: number;
  version: number;
  last_message_at: string | null;
  last_message: LastMessage | null;
  last_read_seq: number;
  unread_count: number;
  archived: boolean;
  muted: boolean;
  muted_until: string | null;
}

export interface LastMessage {
  message_id: string;
  seq: number;
  sender_id: string;
  /** As it was when the list was read. */
  sender_name?: string | null;
  message_type: "text" | "image" | "video" | "file" | "system";
  content: string;
  is_encrypted: boolean;
  created_at: string;
  edited_at: string | null;
  deleted_at: string | null;
}

export interface ParticipantWithPresence {
  user_id: string;
  role: "admin" | "moderator" | "member" | "customer" | "agent";
  joined_at: string;
  version: number;
  username: string;
  display_name: string;
  avatar_url: string | null;
  online: boolean;
  last_seen_at: string | null;
}

export interface Participant {
  user_id: string;
  role: "admin" | "moderator" | "member" | "customer" | "agent";
  joined_at: string;
  version: number;
  username: string;
  display_name: string;
  avatar_url: string | null;
}

export interface File {
  file_id: string;
  file_name: string;
  file_size: number;
  content_type: string;
  is_encrypted: boolean;
  sha256: string | null;
  created_at: string;
  deleted_at: string | null;
}

export interface KeySet {
  /** 1 for the first, and one more with each new signed prekey or identity. */
  version: number;
  created_at: string;
  expires_at: string;
  /** When the next version took its place. */
  revoked_at: string | null;
}

export interface KeyBundle {
  user_id: string;
  identity_key: string;
  /** In the form in which it was sent. */
  signed_pre_key: string | {
    key_id: number | string;
    public_key: string;
    /** By the identity key. Whoever fetches it checks it: nobody need trust the server with that. */
    signature: string;
  };
  /** The `key_id` that it was sent with, else its `version`. */
  signed_pre_key_id: number | string;
  /** 1 for the first, and one more with each new signed prekey or identity. */
  version: number;
  /** Of the signed prekey. */
  expires_at: string;
  expired: boolean;
  /** One, which nobody else gets, ever; none when they are used up. Of one's own all that are left. */
  one_time_pre_keys: string[];
}

export interface Room {
  id: string;
  name: string;
  description: string | null;
  avatar_url: string | null;
  visibility: "public" | "private";
  permissions: {
    /** The least role that may. */
    post: "member" | "moderator" | "admin";
    /** The least role that may. */
    invite: "member" | "moderator" | "admin";
    /** The least role that may. */
    pin: "member" | "moderator" | "admin";
    /** The least role that may. */
    manage: "member" | "moderator" | "admin";
  };
  /** How long members wait between two messages; 0: not at all. Moderators, admins and whoever may manage never wait. */
  slow_mode_seconds: number;
  created_by: string;
  created_at: string;
  updated_at: string;
  last_message_at: string | null;
  version: number;
  participant_count: number;
  is_member: boolean;
  /** The caller's own; null: not in it. */
  role: "admin" | "moderator" | "member" | null;
}

export interface Message {
  message_id: string;
  conversation_id: string;
  sender_id: string;
  content: string;
  is_encrypted: boolean;
  message_type: "text" | "image" | "video" | "file" | "system";
  metadata: {
    [field: string]: unknown;
  };
  created_at: string;
  /** 1, 2, 3 … within the conversation, no gaps: the one true order. */
  seq: number;
  version: number;
  reply_to: string | null;
  thread_root_id: string | null;
  mentions: string[];
  attachments: Attachment[];
  reactions: Reaction[];
  /** Only on the root of a thread: messages whose `thread_root_id` it is, deleted ones too. Frames have none, since each reply comes as `chat`. */
  reply_count?: number;
  last_reply_at?: string;
  edited_at: string | null;
  deleted_at: string | null;
  pinned_at: string | null;
  pinned_by: string | null;
  client_message_id: string | null;
  status: "sent" | "delivered" | "read";
}

export interface Attachment {
  file_id: string;
  file_name: string;
  content_type: string;
  file_size: number;
  /** Only of a file that its owner has deleted. */
  deleted_at?: string;
}

export interface Reaction {
  emoji: string;
  count: number;
  /** Who gave it, the first 100 of them. */
  user_ids: string[];
}

export interface RoomBan {
  user_id: string;
  banned_by: string;
  reason: string | null;
  until: string | null;
  created_at: string;
}

export interface MessageReport {
  id: string;
  message_id: string;
  conversation_id: string;
  seq: number;
  sender_id: string;
  /** What the message said when it was reported. */
  content: string;
  reporter_id: string;
  reason: string | null;
  created_at: string;
  resolved_at: string | null;
  resolved_by: string | null;
}

export interface SearchResult {
  message: Message;
  /** HTML: the hits in `<mark>`, everything else escaped. */
  snippet: string;
  /** How well the message answers; more is better. */
  rank: number;
}

export interface MessageEdit {
  content: string;
  edited_by: string;
  edited_at: string;
}

export interface Receipt {
  user_id: string;
  delivered_at: string | null;
  read_at: string | null;
}

export interface Notification {
  id: string;
  kind: "message" | "mention" | "invitation" | "friend_request" | "missed_call" | "support_assignment" | "keys_low" | "announcement";
  title: string;
  /** Of a message what it says now: nothing, once it is deleted or the reader has left. */
  body: string;
  /** What it is about, such as `conversation_id`, `message_id` and `seq`. */
  data: {
    [field: string]: unknown;
  };
  read_at: string | null;
  created_at: string;
}

export interface NotificationSettings {
  settings: {
    message: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
    mention: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
    invitation: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
    friend_request: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
    missed_call: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
    support_assignment: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
    keys_low: {
      in_app: boolean;
      email: boolean;
      web_push: boolean;
    };
  };
}

export interface FollowedThread {
  root: Message;
  conversation_id: string;
  thread_root_id: string;
  reply_count: number;
  last_reply_at: string | null;
  /** Who wrote the root or a reply, or is mentioned there, follows until they say otherwise. */
  following: boolean;
  last_read_seq: number;
  /** Others' replies after `last_read_seq`; 0 for whoever does not follow. */
  unread_count: number;
  /** The last reply that is counted; 0: there is none. A state with a smaller one is older. */
  last_reply_seq: number;
}

export interface ThreadState {
  conversation_id: string;
  thread_root_id: string;
  /** Who wrote the root or a reply, or is mentioned there, follows until they say otherwise. */
  following: boolean;
  last_read_seq: number;
  /** Others' replies after `last_read_seq`; 0 for whoever does not follow. */
  unread_count: number;
  /** The last reply that is counted; 0: there is none. A state with a smaller one is older. */
  last_reply_seq: number;
}

export interface Mail {
  id: string;
  kind: string;
  to: string;
  subject: string;
  /** `logged`: no relay is set (SMTP_URL), so that an administrator has to hand it on. */
  state: "queued" | "sent" | "logged" | "failed";
  /** Null where mails reach people by themselves. */
  text: string | null;
  html: string | null;
  attempts: number;
  last_error: string | null;
  created_at: string;
  sent_at: string | null;
}

export interface SupportConversation {
  id: string;
  status: "open" | "assigned" | "resolved" | "closed";
  subject: string | null;
  customer_id: string;
  customer: SupportPerson | null;
  agent_id: string | null;
  agent: SupportPerson | null;
  seq: number;
  version: number;
  unread_count: number;
  last_message_at: string | null;
  created_at: string;
  updated_at: string;
  resolved_at: string | null;
  closed_at: string | null;
}

export interface SupportPerson {
  user_id: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
}

export interface Account {
  id: string;
  username: string;
  display_name: string;
  email: string | null;
  avatar_url: string | null;
  role: "admin" | "moderator" | "user" | "guest";
  organization_id: string;
  organization_role: "Admin" | "Developer" | "Manager" | "Viewer";
  agent: boolean;
  is_active: boolean;
  banned: boolean;
  ban: {
    reason: string;
    until: string | null;
    banned_at: string;
    banned_by: string;
  } | null;
  created_at: string;
  last_login_at: string | null;
  last_seen_at: string | null;
}

export interface Stats {
  users: number;
  /** Connected to this process. */
  users_online: number;
  organizations: number;
  conversations: number;
  messages: number;
  sessions: number;
  /** Sockets of this process. */
  connections: number;
  banned_users: number;
  database: "sqlite" | "postgres";
}

export interface MetricFamily {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: ({
    name: string;
    labels: {
      [field: string]: string;
    };
    value: number | null;
  })[];
}

export interface AuditedChange {
  id: string;
  organization_id: string;
  actor_id: string | null;
  action: string;
  target_type: string;
  target_id: string;
  request_id: string | null;
  ip: string | null;
  outcome: string;
  /** Names of the fields that changed. */
  details: string[];
  created_at: string;
  prev_hash: string;
  hash: string;
}

export interface RequestLog {
  id: string;
  organization_id: string | null;
  user_id: string | null;
  event_type: "request" | "sign_in_failed" | "authentication_failed" | "rate_limited" | "foreign_id" | "tenant_violation";
  endpoint: string;
  method: string;
  status_code: number;
  ip: string | null;
  user_agent: string | null;
  /** Names of the fields that the body had, never what was in them. */
  fields: string[];
  response_time_ms: number;
  request_id: string;
  created_at: string;
}

export interface Chat {
  _id: string;
  type: "direct" | "group" | "support" | "purchase-request";
  title: string | null;
  /** The oldest 200. */
  participants: ChatParticipant[];
  metadata: {
    [field: string]: unknown;
  };
  purchaseRequestId?: string;
  lastMessage: ChatMessage | null;
  unreadCount: number;
  archived: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface ChatParticipant {
  user: ChatUser;
  role: "admin" | "moderator" | "member" | "customer" | "agent";
  joinedAt: string;
}

export interface ChatUser {
  _id: string;
  displayName: string;
  username: string;
  avatarUrl: string | null;
}

export interface ChatMessage {
  _id: string;
  chatId: string;
  seq: number;
  sender: ChatUser;
  content: string;
  type: "text" | "image" | "video" | "file" | "system";
  replyTo: string | null;
  attachments: ({
    /** Signed for five minutes; after that it needs the caller's token. */
    url: string;
    filename: string;
    mimeType: string;
    size: number;
  })[];
  metadata: {
    [field: string]: unknown;
  };
  /** Others than the sender, 200 at most. */
  readBy: ({
    user: string;
    readAt: string;
  })[];
  createdAt: string;
  editedAt: string | null;
  deletedAt: string | null;
}

export interface ChatPagination {
  page: number;
  limit: number;
  total: number;
  pages: number;
}

export interface ChatInfo {
  _id: string;
  type: "direct" | "group" | "support" | "purchase-request";
  title: string | null;
  /** The oldest 200. */
  participants: ChatParticipant[];
  metadata: {
    [field: string]: unknown;
  };
  purchaseRequestId?: string;
  lastMessage: ChatMessage | null;
  unreadCount: number;
  archived: boolean;
  createdAt: string;
  updatedAt: string;
  unreadCounts: ({
    user: string;
    count: number;
  })[];
}

export interface WorkspaceTokens {
  access_token: string;
  refresh_token: string;
  /** When the access token ends. */
  expires_at: string;
  refresh_expires_at: string;
}

export interface WorkspaceUser {
  user_id: string;
  tenant_id: string;
  email: string | null;
  username: string;
  first_name: string;
  last_name: string;
  full_name: string;
  role: "Admin" | "Developer" | "Manager" | "Viewer";
  is_active: boolean;
  email_verified: boolean;
  last_login_at: string | null;
  created_at: string;
  updated_at: string;
}

export interface ListedWorkspaceSession {
  session_id: string;
  workspace_path: string;
  name: string;
  parent_session_id: string | null;
  tags: string[];
  created_at: string;
  updated_at: string;
  last_accessed_at: string;
}

export interface WorkspaceSession {
  session_id: string;
  tenant_id: string;
  user_id: string;
  workspace_path: string;
  name: string;
  editor_state: {
    [field: string]: unknown;
  };
  terminal_state: {
    [field: string]: unknown;
  };
  breakpoints: ({
    [field: string]: unknown;
  })[];
  conversation_id: string | null;
  context_files: string[];
  memory: {
    [field: string]: unknown;
  };
  parent_session_id: string | null;
  related_sessions: string[];
  tags: string[];
  created_at: string;
  updated_at: string;
  last_accessed_at: string;
}

export interface WorkspaceSettings {
  editor?: {
    [field: string]: unknown;
  };
  theme?: {
    [field: string]: unknown;
  };
  llm?: {
    [field: string]: unknown;
  };
  terminal?: {
    [field: string]: unknown;
  };
  workspace?: {
    [field: string]: unknown;
  };
}

export interface WorkspaceSetting {
  category: "editor" | "theme" | "llm" | "terminal" | "workspace";
  key: string;
  value: unknown;
  updated_at: string;
}

export interface ListedAiConversation {
  conversation_id: string;
  workspace_session_id: string | null;
  user_id: string;
  title: string;
  description: string | null;
  ai_provider: string | null;
  status: "Active" | "Archived";
  message_count: number;
  token_count: number;
  tags: string[];
  summary: string | null;
  seq: number;
  version: number;
  /** The message that is being written, if one is. */
  answer_id: string | null;
  created_at: string;
  updated_at: string;
}

export interface AiConversation {
  conversation_id: string;
  workspace_session_id: string | null;
  user_id: string;
  title: string;
  description: string | null;
  ai_provider: string | null;
  status: "Active" | "Archived";
  message_count: number;
  token_count: number;
  tags: string[];
  summary: string | null;
  seq: number;
  version: number;
  /** The message that is being written, if one is. */
  answer_id: string | null;
  created_at: string;
  updated_at: string;
  related_conversations: string[];
}

export interface AiMessage {
  message_id: string;
  conversation_id: string;
  role: "User" | "Assistant" | "System";
  content: string;
  model: string | null;
  /** As the o200k encoding counts. */
  token_count: number;
  created_at: string;
  seq: number;
  version: number;
  client_message_id: string | null;
  status: "Complete" | "Writing" | "Interrupted" | "Stopped";
  /** What the provider counted itself. */
  usage: {
    prompt_tokens: number;
    completion_tokens: number;
    total_tokens: number;
  } | null;
  /** Of an answer: the message that it answers. */
  question_id: string | null;
  /** What one should know of this answer, for a person. */
  note: string | null;
}

export interface ConversationStanding {
  /** The conversation's version that this change made. */
  version: number;
  seq: number;
  last_read_seq: number;
  unread_count: number;
  archived: boolean;
  muted: boolean;
  receipts: ({
    user_id: string;
    last_read_seq: number;
    last_delivered_seq: number;
  })[];
  truncated?: true;
}

/** Each route by the id of its operation. `errors` are those beyond what any route of its kind may answer. */
export interface Routes {
  /** What a sign-in page has to know */
  getSignInOptions: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: SignInOptions;
    errors: never;
  };
  /** Make an account and sign in. The first person to register becomes the server's admin. With `"session":"cookie"` the answer sets the session's cookie and has `csrf_token` in place of the tokens. Each later request that is not GET or HEAD carries it in `X-CSRF-Token` and comes from a page of the server's own origin. */
  register: {
    params: undefined;
    query: undefined;
    body: {
      /** `cookie`: for browsers; sets an HttpOnly cookie and answers no tokens. */
      session?: "token" | "cookie" | undefined;
      /** What the session list calls this device; without it, its browser and system. */
      device_name?: string | undefined;
      email: string;
      username: string;
      password: string;
      display_name: string;
      invitation_token?: string | undefined;
    };
    answer: SignedIn | SignedInByCookie;
    errors: "CONFLICT" | "FORBIDDEN" | "NOT_FOUND" | "CSRF_FAILED";
  };
  /** Sign in with an e-mail address or a username. The fifth wrong password in 15 minutes locks the account for 15 minutes for the network it came from; the fiftieth, from anywhere, for every sign-in that does not bring a live session's cookie or `refresh_token`. With `"session":"cookie"` the answer sets the session's cookie and has `csrf_token` in place of the tokens. Each later request that is not GET or HEAD carries it in `X-CSRF-Token` and comes from a page of the server's own origin. */
  login: {
    params: undefined;
    query: undefined;
    body: {
      email?: string | undefined;
      username?: string | undefined;
      password: string;
      /** What the session list calls this device; without it, its browser and system. */
      device_name?: string | undefined;
      /** Of the authenticator, where the account has one. */
      code?: string | undefined;
      /** In place of `code`; each works once. */
      recovery_code?: string | undefined;
      /** Of a session of this account: lets its owner in while strangers have locked it. */
      refresh_token?: string | undefined;
      /** `cookie`: for browsers; sets an HttpOnly cookie and answers no tokens. */
      session?: "token" | "cookie" | undefined;
    };
    answer: SignedIn | SignedInByCookie;
    errors: "BANNED" | "FORBIDDEN" | "INVALID_CREDENTIALS" | "TWO_FACTOR_REQUIRED" | "ACCOUNT_LOCKED" | "CSRF_FAILED";
  };
  /** Exchange a refresh token for new tokens. A refresh token works once. Within 10 seconds the same answer is given again; a later second use ends the session. */
  refresh: {
    params: undefined;
    query: undefined;
    body: {
      refresh_token: string;
    };
    answer: Tokens;
    errors: "UNAUTHORIZED" | "TOKEN_EXPIRED" | "TOKEN_REUSED";
  };
  /** End this session, another of one's own, or all. `session_id` in the body wins over the `X-Session-ID` header; without both the token's own session ends. */
  logout: {
    params: undefined;
    query: undefined;
    body: {
      session_id?: string | undefined;
      all?: boolean | undefined;
    } | undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND";
  };
  /** The caller's account as it is now. In a cookie session it also answers `csrf_token`, for a page that was loaded again. */
  getProfile: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Profile;
    errors: never;
  };
  /** Take a ticket that opens one WebSocket within 30 seconds */
  takeTicket: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      ticket: string;
      expires_at: string;
    };
    errors: never;
  };
  /** Whom one has blocked, latest first */
  listBlocked: {
    params: undefined;
    query: {
      /** Part of a username or a display name. */
      q?: string | undefined;
      sort?: "blocked_at" | "username" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      users: ({
        id: string;
        username: string;
        display_name: string;
        avatar_url: string | null;
        /** A program, which comes in by an API key. */
        is_bot: boolean;
        online: boolean;
        last_seen_at: string | null;
        /** Only to oneself and administrators. */
        email?: string | null;
        blocked_at: string;
      })[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** Block somebody: no direct messages, no typing, no presence, either way */
  block: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND";
  };
  /** Take a block back */
  unblock: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND";
  };
  /** One's friends, or requests from and to others */
  listFriends: {
    params: undefined;
    query: {
      /** Part of a username or a display name. */
      q?: string | undefined;
      sort?: "username" | "since" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      status?: "accepted" | "incoming" | "outgoing" | undefined;
    };
    body: undefined;
    answer: {
      friends: ({
        id: string;
        username: string;
        display_name: string;
        avatar_url: string | null;
        /** A program, which comes in by an API key. */
        is_bot: boolean;
        online: boolean;
        last_seen_at: string | null;
        /** Only to oneself and administrators. */
        email?: string | null;
        status: "accepted" | "incoming" | "outgoing";
        since: string;
      })[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** Ask somebody to be friends; whoever was asked already accepts by it */
  requestFriend: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      status: "accepted" | "incoming" | "outgoing";
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Accept somebody's request */
  acceptFriend: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      status: "accepted" | "incoming" | "outgoing";
    };
    errors: "NOT_FOUND";
  };
  /** End a friendship, or take back or refuse a request */
  removeFriend: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND";
  };
  /** One's own settings */
  getOwnSettings: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      language?: string | null;
      time_zone?: string | null;
      theme?: string | null;
      presence_visible?: boolean | null;
      [field: string]: unknown;
    };
    errors: never;
  };
  /** Change one's own settings key by key; null deletes one. Any keys and values, up to 16 KiB in all. `presence_visible: false` hides whether one is here, and since when not. */
  updateOwnSettings: {
    params: undefined;
    query: undefined;
    body: {
      language?: string | null | undefined;
      time_zone?: string | null | undefined;
      theme?: string | null | undefined;
      presence_visible?: boolean | null | undefined;
      [field: string]: unknown;
    };
    answer: {
      language?: string | null;
      time_zone?: string | null;
      theme?: string | null;
      presence_visible?: boolean | null;
      [field: string]: unknown;
    };
    errors: never;
  };
  /** The organization's directory */
  listUsers: {
    params: undefined;
    query: {
      /** Part of a username or a display name. */
      q?: string | undefined;
      sort?: "username" | "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      users: User[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** One's own account */
  getMe: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: OwnUser;
    errors: never;
  };
  /** Change one's own profile; fields that are not given stay */
  updateMe: {
    params: undefined;
    query: undefined;
    body: {
      username?: string | undefined;
      display_name?: string | undefined;
      avatar_url?: string | null | undefined;
    };
    answer: OwnUser;
    errors: "CONFLICT";
  };
  /** One's own account */
  getOwnProfile: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: OwnUser;
    errors: never;
  };
  /** Change one's own profile; fields that are not given stay */
  updateOwnProfile: {
    params: undefined;
    query: undefined;
    body: {
      username?: string | undefined;
      display_name?: string | undefined;
      avatar_url?: string | null | undefined;
    };
    answer: OwnUser;
    errors: "CONFLICT";
  };
  /** Change the password and end all other sessions */
  changePassword: {
    params: undefined;
    query: undefined;
    body: {
      current_password: string;
      new_password: string;
    };
    answer: {
      message: string;
    };
    errors: "INVALID_PASSWORD" | "ACCOUNT_LOCKED";
  };
  /** Somebody of one's organization */
  getUser: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: User;
    errors: "NOT_FOUND";
  };
  /** Say that one is here, or not */
  reportPresence: {
    params: undefined;
    query: undefined;
    body: {
      online: boolean;
    };
    answer: {
      online: boolean;
      last_seen_at: string | null;
      message: string;
    };
    errors: never;
  };
  /** Who of up to 100 people is here */
  listPresence: {
    params: undefined;
    query: {
      /** Ids, comma-separated. Unknown ones are missing from the answer. */
      user_ids: string;
    };
    body: undefined;
    answer: {
      presence: Presence[];
    };
    errors: never;
  };
  /** List one's live sessions, last used first */
  listSessions: {
    params: undefined;
    query: {
      /** Part of a device's name, a browser or an address. */
      q?: string | undefined;
      sort?: "last_used_at" | "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      sessions: Session[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** The session that this request belongs to. In a cookie session it also answers `csrf_token`. */
  getCurrentSession: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: CurrentSession;
    errors: never;
  };
  /** End all other sessions */
  endOtherSessions: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      ended: number;
    };
    errors: never;
  };
  /** End one session */
  endSession: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND";
  };
  /** Drop one's expired sessions, or end all others */
  cleanUpSessions: {
    params: undefined;
    query: undefined;
    body: {
      others?: boolean | undefined;
    } | undefined;
    answer: {
      ended: number;
      dropped: number;
    };
    errors: never;
  };
  /** Ask for a mail that sets a new password. The answer is the same whether the address has an account. At most three mails an hour go to an address, and 20 are sent for a network. */
  forgotPassword: {
    params: undefined;
    query: undefined;
    body: {
      email: string;
    };
    answer: {
      message: string;
    };
    errors: never;
  };
  /** Set a new password with a mail's token. A token works once, within an hour, and only the newest one does. All sessions end. It does not sign in, and a second factor stays as it is. */
  resetPassword: {
    params: undefined;
    query: undefined;
    body: {
      /** From the mail. */
      token: string;
      password: string;
    };
    answer: {
      message: string;
    };
    errors: "UNAUTHORIZED" | "TOKEN_EXPIRED";
  };
  /** Confirm an e-mail address with a mail's token. Also what a change of address waits for: from then on the account has the new one. */
  verifyEmail: {
    params: undefined;
    query: undefined;
    body: {
      /** From the mail. */
      token: string;
    };
    answer: {
      message: string;
      email: string;
    };
    errors: "UNAUTHORIZED" | "TOKEN_EXPIRED" | "CONFLICT";
  };
  /** Send the mail that confirms one's address once more */
  resendVerification: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "CONFLICT" | "RATE_LIMIT_EXCEEDED";
  };
  /** Change one's e-mail address. The new address gets a mail with a token; the account has it once that is confirmed. */
  changeEmail: {
    params: undefined;
    query: undefined;
    body: {
      email: string;
      password: string;
    };
    answer: {
      message: string;
      pending_email: string;
    };
    errors: "INVALID_PASSWORD" | "ACCOUNT_LOCKED" | "CONFLICT" | "RATE_LIMIT_EXCEEDED";
  };
  /** Whether one's account has a second factor */
  getTwoFactor: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      enabled: boolean;
      recovery_codes_left: number;
    };
    errors: never;
  };
  /** Begin to use an authenticator. It counts once `POST /auth/2fa/verify` saw a code of it. */
  setUpTwoFactor: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      secret: string;
      otpauth_url: string;
    };
    errors: "CONFLICT";
  };
  /** Turn the second factor on with a first code. Each recovery code signs in once without the authenticator. They are shown this once. */
  confirmTwoFactor: {
    params: undefined;
    query: undefined;
    body: {
      /** Six digits of the authenticator. */
      code: string;
    };
    answer: {
      recovery_codes: string[];
    };
    errors: "INVALID_CREDENTIALS" | "ACCOUNT_LOCKED" | "CONFLICT";
  };
  /** Get ten new recovery codes in place of those that are left. The former ones end at once. The new ones are shown this once. */
  replaceRecoveryCodes: {
    params: undefined;
    query: undefined;
    body: {
      password: string;
      /** Six digits of the authenticator. */
      code?: string | undefined;
      /** Six digits of the authenticator. */
      recovery_code?: string | undefined;
    };
    answer: {
      recovery_codes: string[];
    };
    errors: "INVALID_PASSWORD" | "INVALID_CREDENTIALS" | "ACCOUNT_LOCKED" | "CONFLICT";
  };
  /** Turn the second factor off */
  disableTwoFactor: {
    params: undefined;
    query: undefined;
    body: {
      password: string;
      /** Six digits of the authenticator. */
      code?: string | undefined;
      /** Six digits of the authenticator. */
      recovery_code?: string | undefined;
    };
    answer: {
      message: string;
    };
    errors: "INVALID_PASSWORD" | "INVALID_CREDENTIALS" | "ACCOUNT_LOCKED" | "CONFLICT";
  };
  /** Make an API key. It acts as a service user of its own and is sent as `X-API-Key` or `Authorization: Bearer`. `read` lets it read, `write` change things too, `admin` use the routes of administrators as well. */
  createApiKey: {
    params: undefined;
    query: undefined;
    body: {
      name: string;
      scopes: ("read" | "write" | "admin")[];
    };
    answer: {
      id: string;
      name: string;
      scopes: ("read" | "write" | "admin")[];
      /** The service user that the key acts as. */
      user_id: string;
      created_at: string;
      last_used_at: string | null;
      key: string;
    };
    errors: "FORBIDDEN" | "CONFLICT";
  };
  /** The API keys one has made, newest first */
  listApiKeys: {
    params: undefined;
    query: {
      /** Part of a key's name. */
      q?: string | undefined;
      sort?: "created_at" | "name" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      api_keys: ApiKey[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** Revoke an API key: it stops working at once */
  revokeApiKey: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Download everything that the server knows of oneself. One JSON document, sent as it is read: profile, settings, sessions, API keys, blocks, friends, conversations, one's own messages, files (without their bytes), notifications, workspaces and AI conversations. Three an hour. */
  exportOwnData: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: unknown;
    errors: never;
  };
  /** Delete one's account. All sessions, files, settings and API keys go, and the account leaves its groups and rooms; its messages stay, under «Deleted user». E-mail address and username are free again. */
  deleteAccount: {
    params: undefined;
    query: undefined;
    body: {
      password: string;
    };
    answer: {
      message: string;
    };
    errors: "INVALID_PASSWORD" | "ACCOUNT_LOCKED" | "CONFLICT";
  };
  /** One's own organization; for server admins all of the server's */
  listOrganizations: {
    params: undefined;
    query: {
      /** Part of a name. */
      q?: string | undefined;
      sort?: "created_at" | "name" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      organizations: Organization[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** Make an organization. For server admins, whose own does not change: invite its first Admin with `POST /organizations/{id}/invitations`. */
  createOrganization: {
    params: undefined;
    query: undefined;
    body: {
      name: string;
      slug?: string | undefined;
      time_zone?: string | undefined;
    };
    answer: Organization;
    errors: "FORBIDDEN" | "CONFLICT";
  };
  /** An organization that one is in */
  getOrganization: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Organization;
    errors: "NOT_FOUND";
  };
  /** Change an organization, as one of its Admins */
  updateOrganization: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      name?: string | undefined;
      slug?: string | undefined;
      time_zone?: string | undefined;
      /** For server admins. */
      plan?: string | undefined;
    };
    answer: Organization;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Invitations that may still be used */
  listInvitations: {
    params: {
      id: string;
    };
    query: {
      /** Part of an address. */
      q?: string | undefined;
      sort?: "created_at" | "email" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      invitations: Invitation[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Invite somebody by mail, or make a link for whoever gets it. It is good for seven days and one person. Developer, where no role is given. */
  invite: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      /** Only this person may come. Without it, whoever has the token may. */
      email?: string | undefined;
      role?: "Admin" | "Developer" | "Manager" | "Viewer" | undefined;
    } | undefined;
    answer: {
      id: string;
      organization_id: string;
      email: string | null;
      role: "Admin" | "Developer" | "Manager" | "Viewer";
      created_by: string;
      created_at: string;
      expires_at: string;
      /** Shown this once. */
      token: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Take an invitation back */
  revokeInvitation: {
    params: {
      id: string;
      invitationId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Move one's account into the organization that invites. It leaves the one it was in, with all conversations there. */
  acceptInvitation: {
    params: {
      token: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      organization_id: string;
      user: OwnUser;
      access_token?: string;
      refresh_token?: string;
      /** When the access token ends. */
      expires_at?: string;
      refresh_expires_at?: string;
      session_id?: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Who is in the organization */
  listMembers: {
    params: {
      id: string;
    };
    query: {
      /** Part of a username or a display name. */
      q?: string | undefined;
      sort?: "username" | "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      role?: "Admin" | "Developer" | "Manager" | "Viewer" | undefined;
    };
    body: undefined;
    answer: {
      members: Member[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Give a member another role, as one of its Admins */
  changeMemberRole: {
    params: {
      id: string;
      userId: string;
    };
    query: undefined;
    body: {
      role: "Admin" | "Developer" | "Manager" | "Viewer";
    };
    answer: Member;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Take somebody out of the organization, or leave it. The account goes on, in an organization of its own and without the conversations of this one. */
  removeMember: {
    params: {
      id: string;
      userId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Make a direct conversation or a group. The caller is always in. Asking for a direct conversation that exists answers it with 200. */
  createConversation: {
    params: undefined;
    query: undefined;
    body: {
      type: "direct" | "group";
      title?: string | null | undefined;
      description?: string | null | undefined;
      avatar_url?: string | null | undefined;
      participant_ids?: string[] | undefined;
      participants?: ({
        user_id: string;
        role?: "admin" | "moderator" | "member" | undefined;
      })[] | undefined;
      is_e2ee_enabled?: boolean | undefined;
    };
    answer: Conversation;
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** One's conversations, latest message first. Archived ones only with `archived=true`. */
  listConversations: {
    params: undefined;
    query: {
      type?: "direct" | "group" | "room" | "support" | "purchase" | undefined;
      archived?: boolean | undefined;
      unread?: boolean | undefined;
      sort?: "last_message_at" | "last_message" | "created_at" | "updated_at" | "title" | undefined;
      limit?: number | undefined;
      offset?: number | undefined;
    };
    body: undefined;
    answer: {
      conversations: Conversation[];
      limit: number;
      offset: number;
      has_more: boolean;
    };
    errors: never;
  };
  /** One conversation */
  getConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Conversation;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Change title, description or picture */
  updateConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      title?: string | undefined;
      description?: string | null | undefined;
      avatar_url?: string | null | undefined;
    };
    answer: Conversation;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Turn end-to-end encryption on or off */
  changeConversationSettings: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      is_e2ee_enabled: boolean;
    };
    answer: {
      message: string;
      conversation: Conversation;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Archive the conversation for oneself */
  archiveConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      archived: boolean;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Archive or bring back; without `archived` it toggles */
  toggleConversationArchive: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      archived?: boolean | undefined;
    } | undefined;
    answer: {
      archived: boolean;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Silence the conversation, for good or until a time */
  muteConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      until?: string | null | undefined;
    } | undefined;
    answer: {
      muted: boolean;
      muted_until: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** End the silence */
  unmuteConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      muted: boolean;
      muted_until: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Mark as read up to `seq`, or all */
  markConversationRead: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      seq?: number | undefined;
    } | undefined;
    answer: {
      last_read_seq: number;
      unread_count: number;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Who takes part, by when they came where nothing else is asked for */
  listParticipants: {
    params: {
      id: string;
    };
    query: {
      /** Part of a username or a display name. */
      q?: string | undefined;
      sort?: "joined_at" | "username" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      participants: ParticipantWithPresence[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Add people; those already in stay as they are */
  addParticipants: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      user_ids?: string[] | undefined;
      role?: "admin" | "moderator" | "member" | undefined;
      participants?: ({
        user_id: string;
        role?: "admin" | "moderator" | "member" | undefined;
      })[] | undefined;
    };
    answer: {
      message: string;
      participants: Participant[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Change somebody's role */
  changeParticipantRole: {
    params: {
      id: string;
      userId: string;
    };
    query: undefined;
    body: {
      role: "admin" | "moderator" | "member";
    };
    answer: {
      user_id: string;
      role: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Remove somebody, or oneself */
  removeParticipant: {
    params: {
      id: string;
      userId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Leave; a direct conversation is archived instead */
  leaveConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Announce a file and get the URL to send it to. Good for an hour, for exactly this size and type. Then complete the upload. */
  getUploadUrl: {
    params: undefined;
    query: undefined;
    body: {
      file_name: string;
      file_size: number;
      content_type: string;
      is_encrypted?: boolean | undefined;
      sha256?: string | null | undefined;
      /** Over 8 MiB: several URLs, one for each part. */
      parts?: boolean | undefined;
    };
    answer: {
      file_id: string;
      /** `PUT` the bytes there; of a file in parts the first part's. */
      upload_url: string;
      expires_at: string;
      part_size?: number;
      part_urls?: string[];
    };
    errors: "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "CONFLICT";
  };
  /** Send the bytes of an announced file, or of one part. The URL is what `upload-url` answers. Until the upload is complete they may be sent again. */
  uploadFile: {
    params: {
      file_id: string;
    };
    query: {
      expires: number;
      signature: string;
      part?: number | undefined;
    };
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Check what was sent; then the file can be downloaded and shared */
  completeUpload: {
    params: undefined;
    query: undefined;
    body: {
      file_id: string;
      sha256?: string | null | undefined;
    };
    answer: {
      message: string;
      file: File;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT" | "UNSUPPORTED_MEDIA_TYPE";
  };
  /** A link to a file's bytes, good for five minutes */
  getDownloadUrl: {
    params: {
      file_id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      download_url: string;
      file_id: string;
      file_name: string;
      file_size: number;
      content_type: string;
      expires_at: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** A file's bytes, by a signed link or by one's token. Served as an attachment, but for pictures, sound and films. `Range` takes one range. */
  downloadFile: {
    params: {
      file_id: string;
    };
    query: {
      expires?: number | undefined;
      signature?: string | undefined;
    };
    body: undefined;
    answer: unknown;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** One's own files, newest first */
  listFiles: {
    params: undefined;
    query: {
      /** Part of a file's name. */
      q?: string | undefined;
      sort?: "created_at" | "name" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      deleted?: boolean | undefined;
    };
    body: undefined;
    answer: {
      files: File[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** Delete a file; for 30 days it can be restored */
  deleteFile: {
    params: {
      file_id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Bring a deleted file back */
  restoreFile: {
    params: {
      file_id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
      file: File;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** How much of one's space is used */
  getStorageQuota: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      used: number;
      total: number;
      available: number;
      usage_percentage: number;
      /** From 80 % on. */
      warning?: string;
    };
    errors: never;
  };
  /** Set or remove one's picture. `file_id` names a picture of one's own that is complete; `avatar_url` one elsewhere, and null removes it. */
  setAvatar: {
    params: undefined;
    query: undefined;
    body: {
      file_id?: string | undefined;
      avatar_url?: string | null | undefined;
    };
    answer: OwnUser;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Somebody's picture, by the link that `avatar_url` holds */
  showAvatar: {
    params: {
      file_id: string;
    };
    query: {
      signature: string;
    };
    body: undefined;
    answer: unknown;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Publish one's keys for end-to-end encryption, or add one-time keys. One-time keys are added to those that wait; those that were uploaded before are left out. A new signed prekey is a new version. Another identity key takes the place of everything that was there. */
  uploadKeys: {
    params: undefined;
    query: undefined;
    body: {
      identity_key: string;
      signed_pre_key: string | {
        key_id: number | string;
        public_key: string;
        /** By the identity key. Whoever fetches it checks it: nobody need trust the server with that. */
        signature: string;
      };
      one_time_pre_keys: string[];
    };
    answer: {
      message: string;
      /** Waiting to be handed out. */
      one_time_keys: number;
      /** 1 for the first, and one more with each new signed prekey or identity. */
      version: number;
      expires_at: string;
    };
    errors: "CONFLICT";
  };
  /** Replace the signed prekey and the one-time keys that wait. One-time keys that were handed out before are left out. */
  rotateKeys: {
    params: undefined;
    query: undefined;
    body: {
      new_signed_pre_key: string | {
        key_id: number | string;
        public_key: string;
        /** By the identity key. Whoever fetches it checks it: nobody need trust the server with that. */
        signature: string;
      };
      new_one_time_keys: string[];
    };
    answer: {
      message: string;
      /** Waiting to be handed out. */
      one_time_keys: number;
      /** 1 for the first, and one more with each new signed prekey or identity. */
      version: number;
      expires_at: string;
    };
    errors: "NOT_FOUND";
  };
  /** How many of one's one-time keys are left */
  countKeys: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      /** Waiting to be handed out. */
      one_time_keys: number;
    };
    errors: never;
  };
  /** The versions of one's keys, latest first */
  listKeyHistory: {
    params: undefined;
    query: {
      sort?: "version" | "expires_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      keys: KeySet[];
      next_cursor: string | null;
    };
    errors: never;
  };
  /** What one needs to write to somebody end-to-end encrypted. For whoever shares a conversation or a friendship with the user. Each call hands out one of the user's one-time keys, to nobody else, ever; asking for one's own hands out none. */
  getKeyBundle: {
    params: {
      user_id: string;
    };
    query: undefined;
    body: undefined;
    answer: KeyBundle;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Make a room; one becomes its admin */
  createRoom: {
    params: undefined;
    query: undefined;
    body: {
      name: string;
      description?: string | null | undefined;
      avatar_url?: string | null | undefined;
      visibility?: "public" | "private" | undefined;
      permissions?: {
        /** The least role that may. */
        post?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        invite?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        pin?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        manage?: "member" | "moderator" | "admin" | undefined;
      } | undefined;
      /** How long members wait between two messages; 0: not at all. Moderators, admins and whoever may manage never wait. */
      slow_mode_seconds?: number | undefined;
      user_ids?: string[] | undefined;
    };
    answer: Room;
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** Public rooms, and private ones that one is in; newest first unless sorted otherwise */
  listRooms: {
    params: undefined;
    query: {
      q?: string | undefined;
      sort?: "created_at" | "updated_at" | "last_message_at" | "name" | "participant_count" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      visibility?: "public" | "private" | undefined;
    };
    body: undefined;
    answer: {
      rooms: Room[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** Rooms whose name holds these letters */
  searchRooms: {
    params: undefined;
    query: {
      q: string;
      sort?: "created_at" | "updated_at" | "last_message_at" | "name" | "participant_count" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      visibility?: "public" | "private" | undefined;
    };
    body: undefined;
    answer: {
      rooms: Room[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** One room */
  getRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Room;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Change a room; what is not given stays */
  changeRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      name?: string | undefined;
      description?: string | null | undefined;
      avatar_url?: string | null | undefined;
      visibility?: "public" | "private" | undefined;
      permissions?: {
        /** The least role that may. */
        post?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        invite?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        pin?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        manage?: "member" | "moderator" | "admin" | undefined;
      } | undefined;
      /** How long members wait between two messages; 0: not at all. Moderators, admins and whoever may manage never wait. */
      slow_mode_seconds?: number | undefined;
    };
    answer: Room;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** End a room for everybody */
  deleteRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Send a message to a room */
  sendRoomMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      message_type?: "text" | "image" | "video" | "file" | undefined;
      content?: string | undefined;
      is_encrypted?: boolean | undefined;
      metadata?: {
        reply_to?: string | null | undefined;
        mentions?: string[] | undefined;
        attachments?: string[] | undefined;
        /** `@room`: all participants are told of it as of a mention. In a room, for whoever keeps order there. */
        mention_room?: boolean | undefined;
        /** `@here`: as `mention_room`, to those who are connected. */
        mention_here?: boolean | undefined;
        [field: string]: unknown;
      } | null | undefined;
      client_message_id?: string | null | undefined;
    };
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** A room's messages, newest first */
  listRoomMessages: {
    params: {
      id: string;
    };
    query: {
      limit?: number | undefined;
      page_state?: string | undefined;
      /** Only messages before this place: with `seq` counting without gaps, any stretch can be asked for. */
      before_seq?: number | undefined;
      before_date?: string | undefined;
      after_date?: string | undefined;
      sender_id?: string | undefined;
    };
    body: undefined;
    answer: {
      messages: Message[];
      next_page_state: string | null;
      has_more: boolean;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Who is in a room, by when they came where nothing else is asked for */
  listRoomMembers: {
    params: {
      id: string;
    };
    query: {
      /** Part of a username or a display name. */
      q?: string | undefined;
      sort?: "joined_at" | "username" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      members: ParticipantWithPresence[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Enter a public room, or with `user_ids` add people to one */
  joinRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      user_ids?: string[] | undefined;
    } | undefined;
    answer: {
      message: string;
      room_id: string;
      participants: Participant[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Bring people into a room, a private one too. People of the organization are in at once and are told. Who may invite to the organization may also name the `email` of somebody without an account in it: they get an invitation to the organization by mail, and are in the room as soon as they accept it. */
  inviteToRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      user_ids?: string[] | undefined;
      email?: string | undefined;
    };
    answer: {
      message: string;
      room_id: string;
      participants: Participant[];
      /** To the organization, for whoever has no account in it; null where nobody had to be invited there. */
      invitation: {
        id: string;
        organization_id: string;
        email: string | null;
        role: "Admin" | "Developer" | "Manager" | "Viewer";
        created_by: string;
        created_at: string;
        expires_at: string;
        /** Shown this once. */
        token: string;
      } | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Leave a room */
  leaveRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Remove somebody from a room, or oneself */
  removeRoomMember: {
    params: {
      id: string;
      userId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Who may not come into a room, latest first where nothing else is asked for */
  listRoomBans: {
    params: {
      id: string;
    };
    query: {
      /** Part of a username, a display name or a reason. */
      q?: string | undefined;
      sort?: "created_at" | "username" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      bans: RoomBan[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Take somebody out of a room and let them in no more */
  banFromRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      user_id: string;
      reason?: string | null | undefined;
      until?: string | null | undefined;
    };
    answer: RoomBan;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Let somebody in again */
  liftRoomBan: {
    params: {
      id: string;
      userId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Tell those who keep order of a message */
  reportMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      reason?: string | null | undefined;
    } | undefined;
    answer: MessageReport;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** What people complained about in a room, latest first; what is not resolved unless asked otherwise */
  listReports: {
    params: {
      id: string;
    };
    query: {
      /** Part of what the message said, or of a reason. */
      q?: string | undefined;
      sort?: "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      resolved?: boolean | undefined;
    };
    body: undefined;
    answer: {
      reports: MessageReport[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Say that a report was dealt with */
  resolveReport: {
    params: {
      id: string;
      reportId: string;
    };
    query: undefined;
    body: undefined;
    answer: MessageReport;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** All rooms, newest first unless sorted otherwise */
  listAllRooms: {
    params: undefined;
    query: {
      q?: string | undefined;
      sort?: "created_at" | "updated_at" | "last_message_at" | "name" | "participant_count" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      visibility?: "public" | "private" | undefined;
    };
    body: undefined;
    answer: {
      rooms: Room[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** Any room */
  getAnyRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Room;
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** Change any room; what is not given stays */
  changeAnyRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      name?: string | undefined;
      description?: string | null | undefined;
      avatar_url?: string | null | undefined;
      visibility?: "public" | "private" | undefined;
      permissions?: {
        /** The least role that may. */
        post?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        invite?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        pin?: "member" | "moderator" | "admin" | undefined;
        /** The least role that may. */
        manage?: "member" | "moderator" | "admin" | undefined;
      } | undefined;
      /** How long members wait between two messages; 0: not at all. Moderators, admins and whoever may manage never wait. */
      slow_mode_seconds?: number | undefined;
    };
    answer: Room;
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** End any room for everybody */
  deleteAnyRoom: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** Messages of one's own conversations by their words, best first. Words, `"quoted phrases"` and `-word`; the last word may be the beginning of one. Case, accents and width do not matter; parts of words are found from three letters on. Deleted and encrypted messages are never found; a new one is within a second. */
  searchMessages: {
    params: undefined;
    query: {
      q: string;
      conversation_id?: string | undefined;
      sender_id?: string | undefined;
      /** Only messages with an attachment, a picture or film among them, or a link. */
      has?: "file" | "image" | "video" | "link" | undefined;
      from?: string | undefined;
      to?: string | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      results: SearchResult[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Send a message. 201 means durable. With `client_message_id` or the header `Idempotency-Key`, the same key of the same sender in the same conversation answers the first message with 200. */
  sendMessage: {
    params: undefined;
    query: undefined;
    body: {
      conversation_id: string;
      message_type: "text" | "image" | "video" | "file";
      content?: string | undefined;
      is_encrypted?: boolean | undefined;
      metadata?: {
        reply_to?: string | null | undefined;
        mentions?: string[] | undefined;
        attachments?: string[] | undefined;
        /** `@room`: all participants are told of it as of a mention. In a room, for whoever keeps order there. */
        mention_room?: boolean | undefined;
        /** `@here`: as `mention_room`, to those who are connected. */
        mention_here?: boolean | undefined;
        [field: string]: unknown;
      } | null | undefined;
      client_message_id?: string | null | undefined;
    };
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** A conversation's messages, newest first. `page_state` goes on to older ones and neither skips nor repeats a message while new ones arrive. */
  listMessages: {
    params: undefined;
    query: {
      conversation_id: string;
      limit?: number | undefined;
      page_state?: string | undefined;
      /** Only messages before this place: with `seq` counting without gaps, any stretch can be asked for. */
      before_seq?: number | undefined;
      before_date?: string | undefined;
      after_date?: string | undefined;
      sender_id?: string | undefined;
    };
    body: undefined;
    answer: {
      messages: Message[];
      next_page_state: string | null;
      has_more: boolean;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** One message */
  getMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Edit one's own message within 15 minutes */
  editMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      content: string;
      is_encrypted?: boolean | undefined;
    };
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN" | "EDIT_WINDOW_CLOSED" | "CONFLICT";
  };
  /** Delete a message; its place in the order stays */
  deleteMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
      message_id: string;
      conversation_id: string;
      seq: number;
      version: number;
      deleted_at: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** What a message said before each edit, oldest first; for whoever may manage the conversation */
  listMessageEdits: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      edits: MessageEdit[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Who has received and read a message. The times are those of the mark that passed the message. */
  listReceipts: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      receipts: Receipt[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** What one was told of, newest first. A message while one had no live connection, a mention, an invitation and the like. One about a message is read once the message is. They are kept for 90 days. */
  listNotifications: {
    params: undefined;
    query: {
      unread?: boolean | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      notifications: Notification[];
      next_cursor: string | null;
      unread_count: number;
    };
    errors: never;
  };
  /** Mark a notification as read */
  readNotification: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Notification;
    errors: "NOT_FOUND";
  };
  /** Delete all one's notifications */
  deleteNotifications: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      deleted: number;
    };
    errors: never;
  };
  /** How one wants to hear of what: each kind on each channel */
  getNotificationSettings: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: NotificationSettings;
    errors: never;
  };
  /** Change how one wants to hear of what; kinds and channels that are not named stay */
  changeNotificationSettings: {
    params: undefined;
    query: undefined;
    body: {
      settings: {
        message?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
        mention?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
        invitation?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
        friend_request?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
        missed_call?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
        support_assignment?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
        keys_low?: {
          in_app?: boolean | undefined;
          email?: boolean | undefined;
          web_push?: boolean | undefined;
        } | undefined;
      };
    };
    answer: NotificationSettings;
    errors: never;
  };
  /** Tell everybody who is connected. They get a `notification` frame of the kind `announcement`. It is not stored. */
  announce: {
    params: undefined;
    query: undefined;
    body: {
      message: string;
    };
    answer: {
      id: string;
      message: string;
      created_at: string;
    };
    errors: "FORBIDDEN";
  };
  /** React with an emoji; one that is there already stays */
  addReaction: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      emoji: string;
    };
    answer: {
      message_id: string;
      conversation_id: string;
      seq: number;
      version: number;
      reactions: Reaction[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Take a reaction back; one that is not there changes nothing */
  removeReaction: {
    params: {
      id: string;
    };
    query: {
      emoji: string;
    };
    body: undefined;
    answer: {
      message_id: string;
      conversation_id: string;
      seq: number;
      version: number;
      reactions: Reaction[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** React with an emoji; one that is there already stays */
  addReactionToo: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      emoji: string;
    };
    answer: {
      message_id: string;
      conversation_id: string;
      seq: number;
      version: number;
      reactions: Reaction[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Take a reaction back; one that is not there changes nothing */
  removeReactionToo: {
    params: {
      id: string;
    };
    query: {
      emoji: string;
    };
    body: undefined;
    answer: {
      message_id: string;
      conversation_id: string;
      seq: number;
      version: number;
      reactions: Reaction[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Pin a message to its conversation */
  pinMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Take a pin off */
  unpinMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** A conversation's pinned messages, latest pinned first where nothing else is asked for */
  listPins: {
    params: {
      id: string;
    };
    query: {
      /** Part of a message's text. */
      q?: string | undefined;
      sort?: "pinned_at" | "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      pins: Message[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** A message and the replies to it, oldest first; a reply answers the thread it is in */
  getThread: {
    params: {
      id: string;
    };
    query: {
      /** Part of a reply's text. */
      q?: string | undefined;
      sort?: "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      root: Message;
      messages: Message[];
      reply_count: number;
      /** Who wrote the root or a reply, or is mentioned there, follows until they say otherwise. */
      following: boolean;
      last_read_seq: number;
      /** Others' replies after `last_read_seq`; 0 for whoever does not follow. */
      unread_count: number;
      /** The last reply that is counted; 0: there is none. A state with a smaller one is older. */
      last_reply_seq: number;
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Threads that one follows, latest reply first where nothing else is asked for */
  listThreads: {
    params: undefined;
    query: {
      /** Part of the text of the message it begins with. */
      q?: string | undefined;
      sort?: "last_reply_at" | "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      unread?: boolean | undefined;
      conversation_id?: string | undefined;
    };
    body: undefined;
    answer: {
      threads: FollowedThread[];
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Follow the thread of a message */
  followThread: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: ThreadState;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Hear no more of a thread, until one writes in it again */
  unfollowThread: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: ThreadState;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Say how far one has read a thread that one follows */
  markThreadRead: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      /** Up to this reply; without it, up to the last. */
      seq?: number | undefined;
    } | undefined;
    answer: ThreadState;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Mails of the last week, newest first. Where no relay is set, with their texts: they reach nobody else. */
  listMails: {
    params: undefined;
    query: {
      /** Part of an address or a subject. */
      q?: string | undefined;
      sort?: "created_at" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      mails: Mail[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** Ask for help */
  openSupportConversation: {
    params: undefined;
    query: undefined;
    body: {
      subject?: string | null | undefined;
      message: string;
    };
    answer: SupportConversation;
    errors: "FORBIDDEN";
  };
  /** One's own support conversations, or for agents all */
  listSupportConversations: {
    params: undefined;
    query: {
      status?: "open" | "assigned" | "resolved" | "closed" | undefined;
      assignee?: "me" | "none" | string | undefined;
      customer?: string | undefined;
      /** By when they were opened: with `oldest` who waits longest comes first. */
      sort?: "newest" | "oldest" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      conversations: SupportConversation[];
      next_cursor: string | null;
      /** What the caller is here: agents see all conversations, customers their own. */
      role: "customer" | "agent";
    };
    errors: never;
  };
  /** One support conversation */
  getSupportConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: SupportConversation;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** To whom a conversation can be handed; for agents */
  listSupportAgents: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      agents: SupportPerson[];
    };
    errors: "FORBIDDEN";
  };
  /** A support conversation's messages, newest first */
  listSupportMessages: {
    params: {
      id: string;
    };
    query: {
      limit?: number | undefined;
      page_state?: string | undefined;
      /** Only messages before this place: with `seq` counting without gaps, any stretch can be asked for. */
      before_seq?: number | undefined;
      before_date?: string | undefined;
      after_date?: string | undefined;
      sender_id?: string | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      messages: Message[];
      next_page_state: string | null;
      has_more: boolean;
      next_cursor: string | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Write in a support conversation. A customer's reply reopens a resolved conversation; a closed one takes none. An agent who writes takes part. */
  sendSupportMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      message_type?: "text" | "image" | "video" | "file" | undefined;
      content?: string | undefined;
      is_encrypted?: boolean | undefined;
      metadata?: {
        reply_to?: string | null | undefined;
        mentions?: string[] | undefined;
        attachments?: string[] | undefined;
        /** `@room`: all participants are told of it as of a mention. In a room, for whoever keeps order there. */
        mention_room?: boolean | undefined;
        /** `@here`: as `mention_room`, to those who are connected. */
        mention_here?: boolean | undefined;
        [field: string]: unknown;
      } | null | undefined;
      client_message_id?: string | null | undefined;
    };
    answer: Message;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Mark as read up to `seq`, or all */
  readSupportConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      seq?: number | undefined;
    } | undefined;
    answer: {
      last_read_seq: number;
      unread_count: number;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Take a conversation, or hand it to another agent. Of two agents who take one at once, the second gets 409. */
  assignSupportConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      /** Missing: oneself. */
      agent_id?: string | null | undefined;
    } | undefined;
    answer: SupportConversation;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Say that the question is answered; for agents */
  resolveSupportConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: SupportConversation;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** End the conversation; for agents */
  closeSupportConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: SupportConversation;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Take up again what was resolved, or for agents closed */
  reopenSupportConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: SupportConversation;
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Accounts of the whole server, newest first or by username */
  listAccounts: {
    params: undefined;
    query: {
      /** Part of a username, a display name or an address. */
      q?: string | undefined;
      sort?: "created_at" | "username" | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
      role?: "admin" | "moderator" | "user" | "guest" | undefined;
      banned?: boolean | undefined;
    };
    body: undefined;
    answer: {
      users: Account[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** An account */
  getAccount: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Account;
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** Change somebody's role, name, work as an agent, or switch the account off. There is no way to set somebody's password: they reset it by mail. */
  updateAccount: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      role?: "admin" | "moderator" | "user" | "guest" | undefined;
      agent?: boolean | undefined;
      display_name?: string | undefined;
      is_active?: boolean | undefined;
    };
    answer: Account;
    errors: "FORBIDDEN" | "NOT_FOUND" | "CONFLICT";
  };
  /** End somebody's sessions at once and let them not sign in again. With `until` it ends by itself. Moderators ban too, but neither admins nor moderators. */
  ban: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      reason: string;
      until?: string | null | undefined;
    };
    answer: Account;
    errors: "FORBIDDEN" | "NOT_FOUND" | "CONFLICT";
  };
  /** Lift a ban */
  unban: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Account;
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** Lift the lock of too many wrong passwords */
  unlockUser: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** End an account: its messages stay under «Deleted user», everything else of it goes */
  deleteAnyAccount: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "FORBIDDEN" | "NOT_FOUND" | "CONFLICT";
  };
  /** Numbers of the whole server */
  getStats: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: Stats;
    errors: "FORBIDDEN";
  };
  /** What monitoring reads at /metrics, as JSON. Of the process that answers, since it was started. */
  getMetrics: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      metrics: MetricFamily[];
    };
    errors: "FORBIDDEN";
  };
  /** Sensitive operations, or with `trail=requests` requests, latest first. The trail of requests has all of /api/v5, and of the other surfaces failed sign-ins, refusals for too many requests and attempts on another organization's ids. There `action` asks for one `event_type`. */
  listAuditLogs: {
    params: undefined;
    query: {
      trail?: "changes" | "requests" | undefined;
      actor?: string | undefined;
      action?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      audit_logs: (AuditedChange | RequestLog)[];
      next_cursor: string | null;
    };
    errors: "FORBIDDEN";
  };
  /** Make a chat. The caller is always in. Asking for a direct chat that exists answers it with 200. */
  createChat: {
    params: undefined;
    query: undefined;
    body: {
      participantIds: string[];
      type?: "direct" | "group" | undefined;
      title?: string | null | undefined;
      metadata?: {
        [field: string]: unknown;
      } | null | undefined;
    };
    answer: {
      chat: Chat;
    };
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** The chat of the caller, who buys, with the seller about one purchase request. One chat for each purchase request, buyer and seller, however often it is asked for. */
  createPurchaseChat: {
    params: undefined;
    query: undefined;
    body: {
      purchaseRequestId: string;
      sellerId: string;
    };
    answer: {
      chat: Chat;
    };
    errors: "FORBIDDEN" | "NOT_FOUND";
  };
  /** One's chats, latest message first. Archived ones only with `archived=true`. */
  listChats: {
    params: undefined;
    query: {
      page?: number | undefined;
      limit?: number | undefined;
      type?: "direct" | "group" | "support" | "purchase-request" | undefined;
      archived?: boolean | undefined;
      unread?: boolean | undefined;
    };
    body: undefined;
    answer: {
      chats: Chat[];
      pagination: ChatPagination;
    };
    errors: never;
  };
  /** How many chats and messages one has, and how many unread */
  getChatStats: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      totalChats: number;
      totalMessages: number;
      totalUnread: number;
    };
    errors: never;
  };
  /** One chat */
  getChat: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      chat: Chat;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** One chat, with how much each participant has not read */
  getChatInfo: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      chat: ChatInfo;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Archive the chat for oneself, or bring it back */
  toggleChatArchive: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      archived: boolean;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Ask for help */
  openSupportChat: {
    params: undefined;
    query: undefined;
    body: {
      subject?: string | null | undefined;
      initialMessage?: string | null | undefined;
    } | undefined;
    answer: {
      chat: Chat;
    };
    errors: "FORBIDDEN";
  };
  /** Add somebody to a group */
  addChatParticipant: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      userId: string;
    };
    answer: {
      chat: Chat;
      participants: ChatParticipant[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Remove somebody from a group, or oneself */
  removeChatParticipant: {
    params: {
      id: string;
      participantId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      chatId: string;
      participantId: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** A chat's messages, newest first */
  listChatMessages: {
    params: {
      id: string;
    };
    query: {
      page?: number | undefined;
      limit?: number | undefined;
      before?: string | undefined;
    };
    body: undefined;
    answer: {
      messages: ChatMessage[];
      pagination: ChatPagination;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Send a text message. 201 means durable. With `clientMessageId` or the header `Idempotency-Key`, the same key of the same sender in the same chat answers the first message with 200. Files go to `/:id/messages/file`. */
  sendChatMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      content: string;
      type?: "text" | undefined;
      replyToMessageId?: string | null | undefined;
      metadata?: {
        reply_to?: string | null | undefined;
        mentions?: string[] | undefined;
        attachments?: string[] | undefined;
        /** `@room`: all participants are told of it as of a mention. In a room, for whoever keeps order there. */
        mention_room?: boolean | undefined;
        /** `@here`: as `mention_room`, to those who are connected. */
        mention_here?: boolean | undefined;
        [field: string]: unknown;
      } | null | undefined;
      clientMessageId?: string | null | undefined;
    };
    answer: {
      message: ChatMessage;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Mark messages as read, or all. All before the newest message named become read with it. */
  markChatRead: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      /** Empty or missing: all. Ids that are none of the chat's are ignored. */
      messageIds?: string[] | undefined;
    } | undefined;
    answer: {
      modifiedCount: number;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Edit one's own message within 15 minutes */
  editChatMessage: {
    params: {
      id: string;
      messageId: string;
    };
    query: undefined;
    body: {
      content: string;
    };
    answer: {
      message: ChatMessage;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "EDIT_WINDOW_CLOSED" | "CONFLICT";
  };
  /** Delete a message; its place in the order stays */
  deleteChatMessage: {
    params: {
      id: string;
      messageId: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: ChatMessage;
      deletedAt: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Send a message with a file. A form with the field `file`; `content` is its caption. */
  sendChatFile: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: ChatMessage;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Make an account with an organization of its own, and sign in. The account is the organization's Admin. Its username is derived from the e-mail address. The first person to register becomes the server's admin too. */
  foundOrganization: {
    params: undefined;
    query: undefined;
    body: {
      email: string;
      password: string;
      first_name: string;
      last_name: string;
    };
    answer: {
      user: {
        user_id: string;
        tenant_id: string;
        email: string | null;
        first_name: string;
        last_name: string;
        role: "Admin" | "Developer" | "Manager" | "Viewer";
        created_at: string;
      };
      tokens: WorkspaceTokens;
    };
    errors: "CONFLICT" | "FORBIDDEN";
  };
  /** Sign in with an e-mail address or a username */
  workspaceLogin: {
    params: undefined;
    query: undefined;
    body: {
      email?: string | undefined;
      username?: string | undefined;
      password: string;
      /** What the session list calls this device; without it, its browser and system. */
      device_name?: string | undefined;
      /** Of the authenticator, where the account has one. */
      code?: string | undefined;
      /** In place of `code`; each works once. */
      recovery_code?: string | undefined;
      /** Of a session of this account: lets its owner in while strangers have locked it. */
      refresh_token?: string | undefined;
    };
    answer: {
      user: {
        user_id: string;
        tenant_id: string;
        email: string | null;
        full_name: string;
        role: "Admin" | "Developer" | "Manager" | "Viewer";
      };
      tokens: WorkspaceTokens;
    };
    errors: "BANNED" | "FORBIDDEN" | "INVALID_CREDENTIALS" | "TWO_FACTOR_REQUIRED" | "ACCOUNT_LOCKED";
  };
  /** Exchange a refresh token for new tokens. A refresh token works once. Within 10 seconds the same answer is given again; a later second use ends the session. */
  workspaceRefresh: {
    params: undefined;
    query: undefined;
    body: {
      refresh_token: string;
    };
    answer: WorkspaceTokens;
    errors: "UNAUTHORIZED" | "TOKEN_EXPIRED" | "TOKEN_REUSED";
  };
  /** End this session, another of one's own, or all */
  workspaceLogout: {
    params: undefined;
    query: undefined;
    body: {
      session_id?: string | undefined;
      all?: boolean | undefined;
    } | undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND";
  };
  /** One's own account */
  getWorkspaceUser: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: WorkspaceUser;
    errors: never;
  };
  /** Change one's names; a name that is not given stays */
  updateWorkspaceUser: {
    params: undefined;
    query: undefined;
    body: {
      first_name?: string | undefined;
      last_name?: string | undefined;
    };
    answer: {
      user_id: string;
      email: string | null;
      first_name: string;
      last_name: string;
      full_name: string;
      updated_at: string;
    };
    errors: never;
  };
  /** Change the password and end all sessions, this one too */
  changeWorkspacePassword: {
    params: undefined;
    query: undefined;
    body: {
      current_password: string;
      new_password: string;
    };
    answer: {
      message: string;
    };
    errors: "INVALID_PASSWORD" | "ACCOUNT_LOCKED";
  };
  /** Begin a session */
  createWorkspaceSession: {
    params: undefined;
    query: undefined;
    body: {
      workspace_path: string;
      name: string;
      editor_state?: {
        [field: string]: unknown;
      } | undefined;
      terminal_state?: {
        [field: string]: unknown;
      } | undefined;
      breakpoints?: ({
        [field: string]: unknown;
      })[] | undefined;
      conversation_id?: string | null | undefined;
      context_files?: string[] | undefined;
      memory?: {
        [field: string]: unknown;
      } | undefined;
      tags?: string[] | undefined;
    };
    answer: {
      session_id: string;
      workspace_path: string;
      name: string;
      created_at: string;
    };
    errors: "FORBIDDEN" | "NOT_FOUND" | "CONFLICT";
  };
  /** One's sessions, last changed first */
  listWorkspaceSessions: {
    params: undefined;
    query: {
      limit?: number | undefined;
      cursor?: string | undefined;
    };
    body: undefined;
    answer: {
      sessions: ListedWorkspaceSession[];
      count: number;
      next_cursor: string | null;
    };
    errors: never;
  };
  /** One's sessions that share tags with those asked for, best first. `relevance_score` is the number of shared tags divided by the number of tags asked for, rounded to 2 places. */
  listRelatedWorkspaceSessions: {
    params: undefined;
    query: {
      tags: string;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      sessions: ({
        session_id: string;
        workspace_path: string;
        name: string;
        tags: string[];
        relevance_score: number;
        last_accessed_at: string;
      })[];
      count: number;
      query_tags: string[];
    };
    errors: never;
  };
  /** A session with all it holds; it counts as accessed */
  getWorkspaceSession: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: WorkspaceSession;
    errors: "NOT_FOUND";
  };
  /** Replace given fields of a session; unknown ones are refused */
  updateWorkspaceSession: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      name?: string | undefined;
      editor_state?: {
        [field: string]: unknown;
      } | undefined;
      terminal_state?: {
        [field: string]: unknown;
      } | undefined;
      breakpoints?: ({
        [field: string]: unknown;
      })[] | undefined;
      conversation_id?: string | null | undefined;
      context_files?: string[] | undefined;
      memory?: {
        [field: string]: unknown;
      } | undefined;
      tags?: string[] | undefined;
    };
    answer: {
      session_id: string;
      updated_at: string;
      fields_updated: string[];
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Copy a session: editor, terminal, breakpoints, context files, memory and tags */
  forkWorkspaceSession: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      name?: string | undefined;
      workspace_path?: string | undefined;
    } | undefined;
    answer: {
      session_id: string;
      parent_session_id: string;
      workspace_path: string;
      name: string;
      editor_state: {
        [field: string]: unknown;
      };
      terminal_state: {
        [field: string]: unknown;
      };
      memory: {
        [field: string]: unknown;
      };
      created_at: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** Delete a session; its forks stay */
  deleteWorkspaceSession: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** One's settings by category, `{}` where nothing is set */
  listWorkspaceSettings: {
    params: undefined;
    query: {
      category?: "editor" | "theme" | "llm" | "terminal" | "workspace" | undefined;
    };
    body: undefined;
    answer: WorkspaceSettings;
    errors: never;
  };
  /** One setting */
  getWorkspaceSetting: {
    params: {
      category: "editor" | "theme" | "llm" | "terminal" | "workspace";
      key: string;
    };
    query: undefined;
    body: undefined;
    answer: WorkspaceSetting;
    errors: "SETTING_NOT_FOUND";
  };
  /** Set a setting to any JSON value of at most 16 KiB */
  setWorkspaceSetting: {
    params: {
      category: "editor" | "theme" | "llm" | "terminal" | "workspace";
      key: string;
    };
    query: undefined;
    body: {
      /** Any JSON value of at most 16 KiB. */
      value: unknown;
    };
    answer: WorkspaceSetting;
    errors: "CONFLICT" | "FORBIDDEN";
  };
  /** Forget a setting */
  deleteWorkspaceSetting: {
    params: {
      category: "editor" | "theme" | "llm" | "terminal" | "workspace";
      key: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "SETTING_NOT_FOUND" | "FORBIDDEN";
  };
  /** Begin an AI conversation */
  createAiConversation: {
    params: undefined;
    query: undefined;
    body: {
      workspace_session_id?: string | null | undefined;
      title: string;
      description?: string | null | undefined;
      ai_provider?: string | null | undefined;
      tags?: string[] | undefined;
    };
    answer: {
      conversation_id: string;
      workspace_session_id: string | null;
      user_id: string;
      title: string;
      description: string | null;
      ai_provider: string | null;
      status: "Active" | "Archived";
      message_count: number;
      token_count: number;
      tags: string[];
      created_at: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** One's AI conversations, last changed first */
  listAiConversations: {
    params: undefined;
    query: {
      workspace_session_id?: string | undefined;
      status?: "Active" | "Archived" | undefined;
      limit?: number | undefined;
      offset?: number | undefined;
    };
    body: undefined;
    answer: {
      conversations: ListedAiConversation[];
      total_count: number;
      offset: number;
      limit: number;
      has_more: boolean;
    };
    errors: "NOT_FOUND";
  };
  /** An AI conversation without its messages */
  getAiConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: AiConversation;
    errors: "NOT_FOUND";
  };
  /** Change title, description, status, tags or summary; what is not given stays */
  updateAiConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      title?: string | undefined;
      description?: string | null | undefined;
      status?: "Active" | "Archived" | undefined;
      tags?: string[] | undefined;
      summary?: string | null | undefined;
    };
    answer: AiConversation;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Delete an AI conversation with its messages */
  deleteAiConversation: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: string;
    };
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** Add a message; nobody answers it. An Assistant's message names its model. `client_message_id`, or the header `Idempotency-Key`, makes sending it again harmless. */
  addAiMessage: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      role: "User" | "Assistant" | "System";
      content: string;
      model?: string | null | undefined;
      client_message_id?: string | undefined;
    };
    answer: AiMessage;
    errors: "NOT_FOUND" | "FORBIDDEN";
  };
  /** An AI conversation's messages in order; one that is being written with what has come */
  listAiMessages: {
    params: {
      id: string;
    };
    query: {
      offset?: number | undefined;
      limit?: number | undefined;
    };
    body: undefined;
    answer: {
      messages: AiMessage[];
      total_count: number;
      offset: number;
      limit: number;
      has_more: boolean;
    };
    errors: "NOT_FOUND";
  };
  /** Say something and get the model's answer. With `stream` the answer comes as server-sent events: `delta` {content, message_id} …, then `done` {message, user_message}, or `error` {code, message, partial}. A client that goes away loses nothing: the answer is written to its end and found in the conversation. With the same `client_message_id`, or header `Idempotency-Key`, a question is stored once: asking again gives the answer that is there or on its way, and asks the model again where none came or it broke off. */
  askAi: {
    params: {
      id: string;
    };
    query: undefined;
    body: {
      content: string;
      model?: string | null | undefined;
      /** True: the answer comes as server-sent events. */
      stream?: boolean | undefined;
      client_message_id?: string | undefined;
    };
    answer: {
      user_message: AiMessage;
      message: AiMessage | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT" | "PROVIDER_UNAVAILABLE";
  };
  /** Have the last question answered again. For an answer that broke off, never came, or did not please; it may be another model's. The earlier answer stays, and the model is not shown it. The answer comes as that of `chat` does. */
  answerAiMessage: {
    params: {
      id: string;
      message_id: string;
    };
    query: undefined;
    body: {
      model?: string | null | undefined;
      /** True: the answer comes as server-sent events. */
      stream?: boolean | undefined;
    } | undefined;
    answer: {
      user_message: AiMessage;
      message: AiMessage | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT" | "PROVIDER_UNAVAILABLE";
  };
  /** Stop the answer that is being written; what has come stays */
  stopAiAnswer: {
    params: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: {
      message: AiMessage | null;
    };
    errors: "NOT_FOUND" | "FORBIDDEN" | "CONFLICT";
  };
  /** The models that the AI provider offers */
  listAiModels: {
    params: undefined;
    query: undefined;
    body: undefined;
    answer: {
      models: ({
        id: string;
        /** In tokens, where the provider says. */
        context_window: number | null;
      })[];
      default_model: string | null;
    };
    errors: "PROVIDER_UNAVAILABLE";
  };
}

/** What a client says on the chat WebSocket, by its type. */
export interface ClientFrames {
  /** Send a message. Answered by `ack` once it is durable, or by `error`. */
  chat: {
    conversation_id: string;
    message_type?: "text" | "image" | "video" | "file" | undefined;
    content?: string | undefined;
    is_encrypted?: boolean | undefined;
    metadata?: {
      reply_to?: string | null | undefined;
      mentions?: string[] | undefined;
      attachments?: string[] | undefined;
      /** `@room`: all participants are told of it as of a mention. In a room, for whoever keeps order there. */
      mention_room?: boolean | undefined;
      /** `@here`: as `mention_room`, to those who are connected. */
      mention_here?: boolean | undefined;
      [field: string]: unknown;
    } | null | undefined;
    client_message_id?: string | null | undefined;
    type: "chat";
  };
  /** Say that one is typing, or no more. Sent on at once, never stored, never answered. */
  typing: {
    conversation_id: string;
    is_typing?: boolean | undefined;
    type: "typing";
  };
  /** Mark everything up to `seq` as read. The others get `read_receipt`. */
  read: {
    conversation_id: string;
    seq: number;
    type: "read";
  };
  /** Say that everything up to `seq` has arrived. The others get `delivery_receipt`. */
  delivered: {
    conversation_id: string;
    seq: number;
    type: "delivered";
  };
  /** Say that one is here, or away although connected. */
  presence: {
    online: boolean;
    type: "presence";
  };
  /** Ask for what changed since: of each conversation the highest `version` seen. Conversations that are not named come as new. Answered by the changes and then `resumed`. */
  resume: {
    epoch: string;
    conversations: {
      [field: string]: number;
    };
    type: "resume";
  };
  /** Ask for a `pong`, to see that the connection lives. The server pings by itself every 30 seconds. */
  ping: {
    type: "ping";
  };
}

/** What the server says there. */
export interface ServerFrames {
  /** The first frame of every connection. */
  hello: {
    type: "hello";
    session_id: string;
    user_id: string;
    /** The life of the database. Another one than before: start afresh, do not resume. */
    epoch: string;
    server_time: string;
  };
  /** Your `chat` is stored and survives a power cut. It comes before the `chat` frame of the same message. */
  ack: {
    type: "ack";
    client_message_id: string | null;
    message_id: string;
    conversation_id: string;
    seq: number;
    /** The conversation's version that this change made. */
    version: number;
    created_at: string;
  };
  /** A frame of yours was refused; the connection lives. Codes are those of the HTTP API. */
  error: {
    type: "error";
    code: ErrorCode;
    message: string;
    /** That of the refused `chat`, if it was one. */
    client_message_id: string | null;
    details?: ({
      path: string;
      message: string;
    })[];
    /** Whole seconds. */
    retry_after?: number;
  };
  /** The answer to `ping`. */
  pong: {
    type: "pong";
    server_time: string;
  };
  /** The end of a replay: where each conversation stands. `reset`: the epoch is another, read everything anew. `truncated`: more than 1,000 changes, read this conversation's history anew. `gone`: you are not in it any more. */
  resumed: {
    type: "resumed";
    reset?: true;
    conversations?: {
      [field: string]: ConversationStanding | {
        gone: true;
      };
    };
  };
  /** A message, to every connection of every participant, in `seq` order. The sender's own gets it too. */
  chat: {
    message_id: string;
    conversation_id: string;
    sender_id: string;
    content: string;
    is_encrypted: boolean;
    message_type: "text" | "image" | "video" | "file" | "system";
    metadata: {
      [field: string]: unknown;
    };
    created_at: string;
    /** 1, 2, 3 … within the conversation, no gaps: the one true order. */
    seq: number;
    version: number;
    reply_to: string | null;
    thread_root_id: string | null;
    mentions: string[];
    attachments: Attachment[];
    reactions: Reaction[];
    /** Only on the root of a thread: messages whose `thread_root_id` it is, deleted ones too. Frames have none, since each reply comes as `chat`. */
    reply_count?: number;
    last_reply_at?: string;
    edited_at: string | null;
    deleted_at: string | null;
    pinned_at: string | null;
    pinned_by: string | null;
    client_message_id: string | null;
    status: "sent" | "delivered" | "read";
    type: "chat";
    /** When the server sent it. */
    timestamp: string;
  };
  /** A message as it is now: its text, a reaction or a pin changed. */
  message_edited: {
    message_id: string;
    conversation_id: string;
    sender_id: string;
    content: string;
    is_encrypted: boolean;
    message_type: "text" | "image" | "video" | "file" | "system";
    metadata: {
      [field: string]: unknown;
    };
    created_at: string;
    /** 1, 2, 3 … within the conversation, no gaps: the one true order. */
    seq: number;
    version: number;
    reply_to: string | null;
    thread_root_id: string | null;
    mentions: string[];
    attachments: Attachment[];
    reactions: Reaction[];
    /** Only on the root of a thread: messages whose `thread_root_id` it is, deleted ones too. Frames have none, since each reply comes as `chat`. */
    reply_count?: number;
    last_reply_at?: string;
    edited_at: string | null;
    deleted_at: string | null;
    pinned_at: string | null;
    pinned_by: string | null;
    client_message_id: string | null;
    status: "sent" | "delivered" | "read";
    type: "message_edited";
    /** When the server sent it. */
    timestamp: string;
  };
  /** A message was deleted. Its place stays, its text is empty. */
  message_deleted: {
    message_id: string;
    conversation_id: string;
    sender_id: string;
    content: string;
    is_encrypted: boolean;
    message_type: "text" | "image" | "video" | "file" | "system";
    metadata: {
      [field: string]: unknown;
    };
    created_at: string;
    /** 1, 2, 3 … within the conversation, no gaps: the one true order. */
    seq: number;
    version: number;
    reply_to: string | null;
    thread_root_id: string | null;
    mentions: string[];
    attachments: Attachment[];
    reactions: Reaction[];
    /** Only on the root of a thread: messages whose `thread_root_id` it is, deleted ones too. Frames have none, since each reply comes as `chat`. */
    reply_count?: number;
    last_reply_at?: string;
    edited_at: string | null;
    deleted_at: string | null;
    pinned_at: string | null;
    pinned_by: string | null;
    client_message_id: string | null;
    status: "sent" | "delivered" | "read";
    type: "message_deleted";
    /** When the server sent it. */
    timestamp: string;
  };
  /** Somebody reacted to a message; `count` and `user_ids` tell what this emoji is now. */
  reaction_added: {
    type: "reaction_added";
    conversation_id: string;
    message_id: string;
    seq: number;
    /** The conversation's version that this change made. */
    version: number;
    user_id: string;
    emoji: string;
    count: number;
    user_ids: string[];
    /** When the server sent it. */
    timestamp: string;
  };
  /** Somebody took a reaction back; `count` 0 says that nobody keeps this emoji. */
  reaction_removed: {
    type: "reaction_removed";
    conversation_id: string;
    message_id: string;
    seq: number;
    /** The conversation's version that this change made. */
    version: number;
    user_id: string;
    emoji: string;
    count: number;
    user_ids: string[];
    /** When the server sent it. */
    timestamp: string;
  };
  /** Somebody has read everything up to `seq`. */
  read_receipt: {
    type: "read_receipt";
    conversation_id: string;
    user_id: string;
    seq: number;
    last_read_seq: number;
    read_at: string;
    /** When the server sent it. */
    timestamp: string;
  };
  /** Everything up to `seq` has arrived at somebody. */
  delivery_receipt: {
    type: "delivery_receipt";
    conversation_id: string;
    user_id: string;
    seq: number;
    last_delivered_seq: number;
    delivered_at: string;
    /** When the server sent it. */
    timestamp: string;
  };
  /** You are told of something, or an administrator tells everybody (`announcement`, which is not stored). */
  notification: {
    id: string;
    kind: "message" | "mention" | "invitation" | "friend_request" | "missed_call" | "support_assignment" | "keys_low" | "announcement";
    title: string;
    /** Of a message what it says now: nothing, once it is deleted or the reader has left. */
    body: string;
    /** What it is about, such as `conversation_id`, `message_id` and `seq`. */
    data: {
      [field: string]: unknown;
    };
    read_at: string | null;
    created_at: string;
    type: "notification";
  };
  /** Somebody is typing, or no more. */
  typing: {
    type: "typing";
    conversation_id: string;
    sender_id: string;
    /** The same as `sender_id`. */
    user_id: string;
    /** When the server sent it. */
    timestamp: string;
    is_typing: boolean;
  };
  /** A participant's first connection to the conversation came. */
  user_joined: {
    type: "user_joined";
    conversation_id: string;
    sender_id: string;
    /** The same as `sender_id`. */
    user_id: string;
    /** When the server sent it. */
    timestamp: string;
  };
  /** A participant's last connection to the conversation went. */
  user_left: {
    type: "user_left";
    conversation_id: string;
    sender_id: string;
    /** The same as `sender_id`. */
    user_id: string;
    /** When the server sent it. */
    timestamp: string;
  };
  /** Somebody who shares a conversation with you came online or went. A lost connection is told after 10 seconds. */
  presence: {
    type: "presence";
    user_id: string;
    online: boolean;
    last_seen_at: string | null;
  };
  /** The conversation's own data changed, or, with `new`, it is new to you. Your own archive and mute come alone, without a version, to your connections only. */
  conversation_updated: {
    id?: string;
    title?: string | null;
    description?: string | null;
    avatar_url?: string | null;
    created_by?: string;
    created_at?: string;
    updated_at?: string;
    is_e2ee_enabled?: boolean;
    visibility?: "public" | "private" | null;
    permissions?: {
      [field: string]: string;
    } | null;
    /** Of a room: how long its members wait between two messages; 0: not at all. */
    slow_mode_seconds?: number;
    /** The conversation's version that this change made. */
    version?: number;
    archived?: boolean;
    muted?: boolean;
    muted_until?: string | null;
    new?: true;
    conversation_type?: "direct" | "group" | "room" | "support" | "purchase";
    type: "conversation_updated";
    conversation_id: string;
  };
  /** How a support conversation stands, to its customer and to all agents of the organization, in it or not; of a new message agents hear its place and time alone. What is missing has not changed. */
  support_updated: {
    type: "support_updated";
    conversation_id: string;
    status?: "open" | "assigned" | "resolved" | "closed";
    subject?: string | null;
    customer_id?: string;
    agent_id?: string | null;
    seq?: number;
    last_message_at?: string;
    updated_at?: string;
  };
  /** Somebody is in the conversation now. To oneself: the conversation is there. */
  participant_added: {
    user_id: string;
    role: "admin" | "moderator" | "member" | "customer" | "agent";
    joined_at: string;
    version: number;
    username: string;
    display_name: string;
    avatar_url: string | null;
    type: "participant_added";
    conversation_id: string;
  };
  /** Somebody has another role. */
  participant_updated: {
    user_id: string;
    role: "admin" | "moderator" | "member" | "customer" | "agent";
    joined_at?: string;
    /** The conversation's version that this change made. */
    version: number;
    username?: string;
    display_name?: string;
    avatar_url?: string | null;
    type: "participant_updated";
    conversation_id: string;
  };
  /** Somebody is out. To oneself it is the last frame of that conversation. */
  participant_removed: {
    type: "participant_removed";
    conversation_id: string;
    user_id: string;
    /** The conversation's version that this change made. */
    version: number;
  };
  /** You follow a thread now or no more, or have read on in it; to your own connections only. It counts to `last_reply_seq`: a `chat` of the thread with a greater `seq` is one more, and a state that counts to less is older. */
  thread_updated: {
    conversation_id: string;
    thread_root_id: string;
    /** Who wrote the root or a reply, or is mentioned there, follows until they say otherwise. */
    following: boolean;
    last_read_seq: number;
    /** Others' replies after `last_read_seq`; 0 for whoever does not follow. */
    unread_count: number;
    /** The last reply that is counted; 0: there is none. A state with a smaller one is older. */
    last_reply_seq: number;
    type: "thread_updated";
  };
  /** A workspace setting of yours was set or, with `deleted`, removed; to your own connections only. */
  setting_updated: {
    type: "setting_updated";
    category: string;
    key: string;
    value?: unknown;
    deleted: boolean;
    timestamp: string;
  };
  /** Somebody asked for one of your one-time keys, and fewer than 20 are left: upload new ones. To your own connections. */
  keys_low: {
    type: "keys_low";
    one_time_keys: number;
  };
  /** Your signed prekey ends within seven days: rotate it. Once a version, as soon as you are connected; to your own connections. */
  keys_expiring: {
    type: "keys_expiring";
    version: number;
    expires_at: string;
  };
  /** A message was added to an AI conversation of yours. An answer begins so: its `status` is `Writing`, its `content` empty. */
  ai_message: {
    type: "ai_message";
    conversation_id: string;
    message_id: string;
    version: number;
    message: AiMessage;
  };
  /** More of an answer has come, and is stored. */
  ai_delta: {
    type: "ai_delta";
    conversation_id: string;
    message_id: string;
    content: string;
    /** Where `content` begins in the answer, in UTF-16 code units: skip what you have already. */
    offset: number;
  };
  /** An answer is whole, or was stopped: its `status` says which. */
  ai_done: {
    type: "ai_done";
    conversation_id: string;
    message_id: string;
    version: number;
    message: AiMessage;
  };
  /** An answer could not be had, or broke off. What had come, if anything, is `message`. */
  ai_error: {
    type: "ai_error";
    conversation_id: string;
    message_id: string;
    code: "PROVIDER_UNAVAILABLE";
    /** For a person. */
    error: string;
    version?: number;
    message: AiMessage | null;
  };
  /** An AI conversation of yours was deleted. */
  ai_conversation_deleted: {
    type: "ai_conversation_deleted";
    conversation_id: string;
  };
}
