import type {
  Conversation,
  ErrorCode,
  Message,
  Participant,
  Presence,
  Routes,
} from "../../../server/src/contract.ts";
import type { FieldFault } from "../wire/errors.ts";

/** The frames of `/v1/ws/chat`, in and out. Times are ISO 8601 UTC. */

export interface HelloFrame {
  type: "hello";
  session_id: string;
  user_id: string;
  /** The life of the server's database; another one means that everything has to be read afresh. */
  epoch: string;
  server_time: string;
}

/** To the sender alone: the message is durable. */
export interface AckFrame {
  type: "ack";
  client_message_id: string | null;
  message_id: string;
  conversation_id: string;
  seq: number;
  version: number;
  created_at: string;
}

/** A frame of ours was refused; the connection lives. */
export interface ErrorFrame {
  type: "error";
  code: ErrorCode;
  message: string;
  client_message_id: string | null;
  details?: FieldFault[];
  retry_after?: number;
}

/** A new message. */
export interface ChatFrame extends Message {
  type: "chat";
  timestamp: string;
}

/** The message in its present state. */
export interface MessageEditedFrame extends Message {
  type: "message_edited";
  timestamp: string;
}

/** What is left of the message: its place, without content. */
export interface MessageDeletedFrame extends Message {
  type: "message_deleted";
  timestamp: string;
}

interface Activity {
  conversation_id: string;
  user_id: string;
  sender_id: string;
  timestamp: string;
}

export interface TypingFrame extends Activity {
  type: "typing";
  is_typing: boolean;
}

/** Somebody's first connection to the conversation came. */
export interface UserJoinedFrame extends Activity {
  type: "user_joined";
}

/** Somebody's last connection to the conversation went. */
export interface UserLeftFrame extends Activity {
  type: "user_left";
}

export interface ReadReceiptFrame {
  type: "read_receipt";
  conversation_id: string;
  user_id: string;
  seq: number;
  last_read_seq: number;
  read_at: string;
  timestamp: string;
}

export interface DeliveryReceiptFrame {
  type: "delivery_receipt";
  conversation_id: string;
  user_id: string;
  seq: number;
  last_delivered_seq: number;
  delivered_at: string;
  timestamp: string;
}

export interface PresenceFrame extends Presence {
  type: "presence";
}

type SharedFields = Pick<
  Conversation,
  | "id"
  | "title"
  | "description"
  | "avatar_url"
  | "created_by"
  | "created_at"
  | "updated_at"
  | "is_e2ee_enabled"
  | "visibility"
  | "permissions"
>;
type OwnFields = Pick<Conversation, "archived" | "muted" | "muted_until">;

/** With a `version`: what everybody in it sees has changed. Without: what the user set for themselves. */
export interface ConversationUpdatedFrame extends Partial<SharedFields>, Partial<OwnFields> {
  type: "conversation_updated";
  conversation_id: string;
  version?: number;
  conversation_type?: Conversation["type"];
  /** In a replay: the `resume` did not name this conversation. */
  new?: true;
}

export interface ParticipantAddedFrame extends Participant {
  type: "participant_added";
  conversation_id: string;
}

export interface ParticipantUpdatedFrame extends Partial<Participant> {
  type: "participant_updated";
  conversation_id: string;
  user_id: string;
  role: Participant["role"];
  version: number;
}

export interface ParticipantRemovedFrame {
  type: "participant_removed";
  conversation_id: string;
  user_id: string;
  version: number;
}

/** Where a conversation stands after a replay. */
export interface ConversationStanding {
  version: number;
  seq: number;
  last_read_seq: number;
  unread_count: number;
  archived: boolean;
  muted: boolean;
  receipts: { user_id: string; last_read_seq: number; last_delivered_seq: number }[];
  /** Too much has changed, nothing was replayed: read the history again. */
  truncated?: true;
  gone?: undefined;
}

export interface ResumedFrame {
  type: "resumed";
  reset?: true;
  conversations?: Record<string, ConversationStanding | { gone: true }>;
}

export interface PongFrame {
  type: "pong";
  server_time: string;
}

/** What the server says. */
export type ServerFrame =
  | HelloFrame
  | AckFrame
  | ErrorFrame
  | ChatFrame
  | MessageEditedFrame
  | MessageDeletedFrame
  | TypingFrame
  | UserJoinedFrame
  | UserLeftFrame
  | ReadReceiptFrame
  | DeliveryReceiptFrame
  | PresenceFrame
  | ConversationUpdatedFrame
  | ParticipantAddedFrame
  | ParticipantUpdatedFrame
  | ParticipantRemovedFrame
  | ResumedFrame
  | PongFrame;

type SendBody = Routes["sendMessage"]["body"];

/** What a client says. */
export type ClientFrame =
  | ({ type: "chat"; message_type?: SendBody["message_type"] } & Omit<SendBody, "message_type">)
  | { type: "typing"; conversation_id: string; is_typing?: boolean }
  | { type: "read" | "delivered"; conversation_id: string; seq: number }
  | { type: "presence"; online: boolean }
  | { type: "resume"; epoch: string; conversations: Record<string, number> }
  | { type: "ping" };
