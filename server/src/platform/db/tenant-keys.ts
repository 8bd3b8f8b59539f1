import type { Schema } from "./schema.ts";

type Tables = { [Table in keyof Schema]: "organization_id" extends keyof Schema[Table] ? Table : never };
type TenantTable = Exclude<Tables[keyof Schema], "audit_requests">;

/**
 * Every table whose rows belong to organizations, with the columns of which a query must compare one: the organization
 * itself, or what lies in one organization and was checked to be the caller's (a conversation that they are in, their
 * own account). The id of a thing is none of them: it comes from outside, and may be anybody's.
 */
export const tenantKeys = {
  users: ["organization_id"],
  invitations: ["organization_id"],
  blocks: ["organization_id", "blocker_id", "blocked_id"],
  friendships: ["organization_id", "lower_id", "higher_id"],
  audit_changes: ["organization_id"],
  sessions: ["organization_id", "user_id"],
  api_keys: ["organization_id", "created_by"],
  conversations: ["organization_id"],
  conversation_heads: ["conversation_id"],
  participants: ["organization_id", "conversation_id"],
  participant_marks: ["conversation_id"],
  messages: ["organization_id", "conversation_id"],
  message_edits: ["organization_id"],
  reactions: ["organization_id", "conversation_id"],
  room_bans: ["organization_id", "conversation_id"],
  message_reports: ["organization_id", "conversation_id"],
  thread_followers: ["organization_id", "conversation_id", "user_id"],
  support_conversations: ["organization_id", "conversation_id"],
  files: ["organization_id", "owner_id"],
  file_shares: ["conversation_id", "file_id"],
  workspace_sessions: ["organization_id", "user_id"],
  workspace_tags: ["organization_id", "user_id"],
  workspace_settings: ["organization_id", "user_id"],
  ai_conversations: ["organization_id", "user_id"],
  ai_messages: ["conversation_id"],
  ai_message_parts: ["message_id"],
  ai_answers: ["organization_id", "user_id", "conversation_id", "message_id"],
  notifications: ["organization_id", "user_id"],
  key_sets: ["user_id"],
  one_time_keys: ["user_id"],
} as const satisfies { [Table in TenantTable]: readonly (keyof Schema[Table] & string)[] } & {
  [Table in keyof Schema]?: readonly (keyof Schema[Table] & string)[];
};

export function isTenantTable(name: string): name is keyof typeof tenantKeys {
  return Object.hasOwn(tenantKeys, name);
}
