/** The tables of workspaces and AI conversations; `schema.ts` lists all. */

/** What an editor keeps of a piece of work; its contents are JSON text. */
export interface WorkspaceSessionTable {
  id: string;
  organization_id: string;
  user_id: string;
  workspace_path: string;
  name: string;
  editor_state: string;
  terminal_state: string;
  breakpoints: string;
  conversation_id: string | null;
  context_files: string;
  memory: string;
  parent_session_id: string | null;
  /** In the order given; `workspace_tags` has them for looking up. */
  tags: string;
  created_at: number;
  updated_at: number;
  last_accessed_at: number;
}

export interface WorkspaceTagTable {
  object_id: string;
  tag: string;
  kind: "session" | "conversation";
  organization_id: string;
  user_id: string;
}

export interface WorkspaceSettingTable {
  organization_id: string;
  user_id: string;
  category: "editor" | "theme" | "llm" | "terminal" | "workspace";
  key: string;
  /** JSON. */
  value: string;
  updated_at: number;
}

/** A conversation of one person with a model. The counters change with its messages. */
export interface AiConversationTable {
  id: string;
  organization_id: string;
  user_id: string;
  workspace_session_id: string | null;
  title: string;
  description: string | null;
  ai_provider: string | null;
  status: "Active" | "Archived";
  message_count: number;
  token_count: number;
  tags: string;
  summary: string | null;
  seq: number;
  version: number;
  created_at: number;
  updated_at: number;
}

export interface AiMessageTable {
  conversation_id: string;
  seq: number;
  message_id: string;
  client_message_id: string | null;
  version: number;
  role: "User" | "Assistant" | "System";
  /** Empty while it is `Writing`: what has come is in `ai_message_parts`. */
  content: string;
  model: string | null;
  token_count: number;
  status: "Complete" | "Writing" | "Interrupted" | "Stopped";
  /** JSON of what the provider counted. */
  usage: string | null;
  /** How many older messages the model was not shown, and the window that they did not fit into. */
  left_out: number;
  context_window: number | null;
  /** Why it was interrupted, for a person. */
  fault: string | null;
  /** Of an answer: the message that it answers. */
  question_id: string | null;
  created_at: number;
  finished_at: number | null;
}

/** What has come of an answer that is being written. */
export interface AiMessagePartTable {
  message_id: string;
  part: number;
  content: string;
}

/** The one answer that a conversation may have in the making; its process says every so often that it lives. */
export interface AiAnswerTable {
  conversation_id: string;
  organization_id: string;
  user_id: string;
  message_id: string;
  question_id: string | null;
  model: string;
  started_at: number;
  alive_at: number;
}
