/** Somebody who may not come into a room. */
export interface RoomBanTable {
  conversation_id: string;
  user_id: string;
  organization_id: string;
  banned_by: string;
  reason: string | null;
  /** When it ends by itself. */
  until: number | null;
  created_at: number;
}

/** What somebody complained about. */
export interface MessageReportTable {
  id: string;
  organization_id: string;
  conversation_id: string;
  message_id: string;
  seq: number;
  sender_id: string;
  /** What the message said when it was reported. */
  content: string;
  reporter_id: string;
  reason: string | null;
  created_at: number;
  resolved_at: number | null;
  resolved_by: string | null;
}
