export interface NotificationTable {
  user_id: string;
  id: string;
  organization_id: string;
  kind:
    | "message"
    | "mention"
    | "invitation"
    | "friend_request"
    | "missed_call"
    | "support_assignment"
    | "keys_low";
  title: string;
  /** Of a message only what stands before its text, which is the message's own. */
  body: string;
  /** Of a message, which `seq` then names. */
  conversation_id: string | null;
  seq: number | null;
  /** JSON. */
  data: string;
  created_at: number;
  read_at: number | null;
}

/** A user without a row for a kind has its defaults. */
export interface NotificationSettingTable {
  user_id: string;
  kind: NotificationTable["kind"];
  in_app: 0 | 1;
  email: 0 | 1;
  web_push: 0 | 1;
}
