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

/** A room that whoever accepts the invitation to the organization is let into. */
export interface RoomInvitationTable {
  invitation_id: string;
  conversation_id: string;
  invited_by: string;
}

/** When somebody wrote last in a room with slow mode. */
export interface SlowModeSendTable {
  conversation_id: string;
  user_id: string;
  sent_at: number;
}

/** Somebody and a thread that they follow, or want to hear no more of. */
export interface ThreadFollowerTable {
  user_id: string;
  root_id: string;
  conversation_id: string;
  organization_id: string;
  /** 0: they said so; nothing but a reply of their own makes them follow again. */
  is_following: 0 | 1;
  last_read_seq: number;
  /** The conversation's when this row changed last, which may have made none of its own. */
  version: number;
}
