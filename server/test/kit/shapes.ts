/** What the core surface answers, as far as tests read it. Every field is named as on the wire. */

export type JsonObject = Record<string, unknown>;

export interface ApiError {
  code: string;
  message: string;
  request_id: string;
  details?: { path: string; message: string }[];
  retry_after?: number;
}

export interface User {
  id: string;
  email: string;
  username: string;
  display_name: string;
  avatar_url: string | null;
}

/** What register and login answer. */
export interface SignedIn {
  user: User;
  access_token: string;
  refresh_token: string;
  expires_at: string;
  refresh_expires_at: string;
  session_id: string;
}

export interface Session {
  id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ip: string;
  user_agent: string | null;
  current: boolean;
}

export interface Participant {
  user_id: string;
  role: string;
  joined_at: string;
  version: number;
  username: string;
  display_name: string;
  avatar_url: string | null;
}

export interface Conversation {
  id: string;
  type: string;
  title: string | null;
  description: string | null;
  avatar_url: string | null;
  created_by: string;
  created_at: string;
  updated_at: string;
  is_e2ee_enabled: boolean;
  participants: Participant[];
  participant_count: number;
  seq: number;
  version: number;
  last_message_at: string | null;
  last_message: Message | null;
  last_read_seq: number;
  unread_count: number;
  archived: boolean;
  muted: boolean;
  muted_until: string | null;
  visibility: string | null;
  permissions: Record<string, string> | null;
}

export interface Reaction {
  emoji: string;
  count: number;
  user_ids: string[];
}

export interface Message {
  message_id: string;
  conversation_id: string;
  sender_id: string;
  content: string;
  is_encrypted: boolean;
  message_type: string;
  metadata: JsonObject;
  created_at: string;
  seq: number;
  version: number;
  reply_to: string | null;
  thread_root_id: string | null;
  mentions: string[];
  attachments: unknown[];
  reactions: Reaction[];
  /** Only on the root of a thread, and never in frames. */
  reply_count?: number;
  last_reply_at?: string;
  edited_at: string | null;
  deleted_at: string | null;
  pinned_at: string | null;
  pinned_by: string | null;
  client_message_id: string | null;
  status: string;
}

export interface MessagePage {
  messages: Message[];
  next_page_state: string | null;
  has_more: boolean;
}
