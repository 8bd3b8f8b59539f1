import type { AiMessage } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { queries } from "../../platform/query.ts";
import { KeyedStore } from "../../platform/store.ts";
import { session } from "../identity/index.ts";

/** What is known of an AI conversation's messages. */
export interface AiLog {
  status: "loading" | "ready" | "failed" | "gone";
  /** In the conversation's order, without gaps between them. */
  messages: readonly AiMessage[];
  /** An answer is being written, from the question on. */
  isAnswering: boolean;
  /** Why the last question has no answer, as far as this page has heard. */
  failure: string | null;
}

/** A question on its way to the server, or one that did not reach it. */
export interface SentQuestion {
  key: string;
  content: string;
  model: string | null;
  /** Null while it is on its way. */
  error: string | null;
}

const pageRows = 200;
const unknown: AiLog = { status: "loading", messages: [], isAnswering: false, failure: null };

export const aiLogs = new KeyedStore<AiLog>();
export const sentQuestions = new KeyedStore<SentQuestion>();
/** The conversations that a view shows: they are read again after the connection was lost. */
const open = new Map<string, number>();
/** Words that came while their conversation was being read, whose answer may be from before them. */
const early = new Map<string, Delta[]>();

interface Delta {
  message_id: string;
  content: string;
  offset: number;
}

/** The page shows the conversation from now on. @returns what ends it. */
export function openAiLog(id: string): () => void {
  open.set(id, (open.get(id) ?? 0) + 1);
  void loadAiLog(id);
  return () => {
    const left = (open.get(id) ?? 1) - 1;
    if (left > 0) open.set(id, left);
    else {
      open.delete(id);
      early.delete(id);
    }
  };
}

function change(id: string, how: (log: AiLog) => Partial<AiLog>): void {
  const log = aiLogs.get(id) ?? unknown;
  aiLogs.set(id, { ...log, ...how(log) });
}

export const conversationKey = (id: string) => ["ai-conversation", id] as const;
export const conversationsKey = ["ai-conversations"] as const;

/** The conversation itself, fresh: whether an answer is being written, and its counters. */
export async function readConversation(id: string) {
  const conversation = await client.workspace.llmService.getConversation(id);
  queries.setQueryData(conversationKey(id), conversation);
  return conversation;
}

/** Reads the newest messages, again after a break; what is there already stays. */
export async function loadAiLog(id: string): Promise<void> {
  try {
    const { message_count: count, answer_id: answerId } = await readConversation(id);
    const from = Math.max(0, count - pageRows);
    const { messages } = await client.workspace.llmService.getMessages(id, from, pageRows);
    change(id, (log) => {
      const joins = (log.messages.at(-1)?.seq ?? 0) >= from;
      const merged = merge(joins ? log.messages : [], messages);
      return { status: "ready", messages: merged, isAnswering: answerId !== null || isWriting(merged) };
    });
    const waiting = early.get(id) ?? [];
    early.delete(id);
    for (const delta of waiting) grow(id, delta);
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "NOT_FOUND";
    change(id, ({ status }) => ({ status: isGone ? "gone" : status === "ready" ? "ready" : "failed" }));
  }
}

/** The messages before those that are shown. */
export async function loadEarlier(id: string): Promise<void> {
  const first = aiLogs.get(id)?.messages[0]?.seq ?? 1;
  const from = Math.max(0, first - 1 - pageRows);
  const { messages } = await client.workspace.llmService.getMessages(id, from, first - 1 - from);
  change(id, (log) => ({ messages: merge(messages, log.messages) }));
}

function isWriting(messages: readonly AiMessage[]): boolean {
  return messages.at(-1)?.status === "Writing";
}

/** One list of both, each message in its latest state. */
function merge(one: readonly AiMessage[], other: readonly AiMessage[]): AiMessage[] {
  const byId = new Map(one.map((message) => [message.message_id, message]));
  for (const message of other) {
    const known = byId.get(message.message_id);
    byId.set(message.message_id, known === undefined ? message : later(known, message));
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** Of an answer in the making the one with more of it. */
function later(known: AiMessage, told: AiMessage): AiMessage {
  if (told.version !== known.version) return told.version > known.version ? told : known;
  return told.content.length >= known.content.length ? told : known;
}

/** Messages that the server told of. One that does not follow what is shown means that something was missed. */
export function putAiMessages(id: string, told: readonly AiMessage[]): void {
  const log = aiLogs.get(id);
  const sent = sentQuestions.get(id);
  if (sent !== undefined && told.some((message) => message.client_message_id === sent.key))
    sentQuestions.delete(id);
  if (log === undefined) return;
  const last = log.messages.at(-1)?.seq ?? 0;
  if (log.status === "ready" && told.some(({ seq }) => seq > last + told.length)) {
    void loadAiLog(id);
    return;
  }
  change(id, () => ({ messages: merge(log.messages, told), failure: null }));
}

function grow(id: string, delta: Delta): void {
  const log = aiLogs.get(id);
  if (log?.status !== "ready") {
    if (open.has(id)) early.set(id, [...(early.get(id) ?? []), delta]);
    return;
  }
  const { message_id: messageId, content, offset } = delta;
  const known = log.messages.find((message) => message.message_id === messageId);
  if (known === undefined || offset > known.content.length) {
    void loadAiLog(id);
    return;
  }
  if (known.status !== "Writing" || offset + content.length <= known.content.length) return;
  const grown = { ...known, content: known.content.slice(0, offset) + content };
  change(id, ({ messages }) => ({
    messages: messages.map((message) => (message === known ? grown : message)),
    isAnswering: true,
  }));
}

export function setAnswering(id: string, isAnswering: boolean, failure: string | null = null): void {
  change(id, () => ({ isAnswering, failure }));
}

/** An answer has ended: the counters and the list are others now. */
function ended(id: string): void {
  void queries.invalidateQueries({ queryKey: conversationKey(id) });
  void queries.invalidateQueries({ queryKey: conversationsKey });
}

/** Follows the socket. What another tab or device says and hears is shown here as it comes. */
export function startAiLogs(): void {
  client.on("ai_message", ({ conversation_id: id, message }) => {
    putAiMessages(id, [message]);
    if (message.status === "Writing") setAnswering(id, true);
    else if (message.role === "User" && aiLogs.get(id) !== undefined) void learnOfAnswer(id);
    if (message.role === "User") void queries.invalidateQueries({ queryKey: conversationsKey });
  });
  client.on("ai_delta", ({ conversation_id: id, ...delta }) => grow(id, delta));
  client.on("ai_done", ({ conversation_id: id, message }) => {
    putAiMessages(id, [message]);
    setAnswering(id, false);
    ended(id);
  });
  client.on("ai_error", ({ conversation_id: id, error, message }) => {
    if (message !== null) putAiMessages(id, [message]);
    setAnswering(id, false, message === null ? error : null);
    ended(id);
  });
  client.on("ai_conversation_deleted", ({ conversation_id: id }) => {
    change(id, () => ({ ...unknown, status: "gone" }));
    void queries.invalidateQueries({ queryKey: conversationsKey });
  });
  client.on("connection", ({ status }) => {
    if (status === "online") for (const id of open.keys()) void loadAiLog(id);
  });
  session.subscribe(() => {
    if (session.get().status === "signedIn") return;
    aiLogs.clear();
    early.clear();
    sentQuestions.clear();
  });
}

/** Whether the question is being answered, which its frame does not say. */
async function learnOfAnswer(id: string): Promise<void> {
  const { answer_id: answerId } = await readConversation(id);
  if (answerId !== null) setAnswering(id, true);
}
