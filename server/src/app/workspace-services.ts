import {
  AiConversations,
  AiMessages,
  AiResume,
  AnswerRecovery,
  Answers,
  AnswerWriter,
  OpenAiProvider,
} from "../features/assistant/index.ts";
import { WorkspaceSessions, WorkspaceSettings } from "../features/workspace/index.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import type { Events } from "../platform/events/events.ts";
import type { Log } from "../platform/log.ts";
import { Tokenizer } from "../platform/tokenizer/tokenizer.ts";

/** What `/api/v5` is for: workspaces, and AI conversations with who answers them. */
export function buildWorkspace(config: Config, database: Database, events: Events, log: Log) {
  const workspaceSessions = new WorkspaceSessions(database);
  const assistant = buildAssistant(config, database, events, log);
  workspaceSessions.lookUpConversationsIn(assistant.conversations);
  return { workspaceSessions, workspaceSettings: new WorkspaceSettings(database, events), assistant };
}

function buildAssistant({ ai }: Config, database: Database, events: Events, log: Log) {
  const tokenizer = new Tokenizer();
  const provider = ai.baseUrl === null ? null : new OpenAiProvider({ ...ai, baseUrl: ai.baseUrl });
  const messages = new AiMessages(database, events, tokenizer);
  const writer = new AnswerWriter(database, events, tokenizer, log);
  const { contextWindow } = ai;
  const answers = new Answers({ database, events, log, messages, writer, provider, contextWindow });
  return {
    conversations: new AiConversations(database, events),
    messages,
    answers,
    recovery: new AnswerRecovery(database, events, tokenizer, answers),
    resume: new AiResume(database),
    tokenizer,
  };
}
