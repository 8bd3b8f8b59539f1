import { newId, ParleyError } from "../../../../sdk/src/index.ts";
import { client } from "../../platform/client.ts";
import { explain } from "../../platform/explain.ts";
import {
  type AiLog,
  aiLogs,
  loadAiLog,
  putAiMessages,
  type SentQuestion,
  sentQuestions,
  setAnswering,
} from "./ai-logs.ts";

/**
 * Asks a question. It shows at once; sent again with its key it is asked once, so trying again is safe. The answer is
 * followed over the socket, as every other tab does.
 */
export async function ask(id: string, content: string, model: string | null): Promise<void> {
  await send(id, { key: newId(), content, model, error: null });
}

/** The question that did not reach the server. */
export async function askOnceMore(id: string): Promise<void> {
  const sent = sentQuestions.get(id);
  if (sent !== undefined) await send(id, { ...sent, error: null });
}

async function send(id: string, question: SentQuestion): Promise<void> {
  const { key, content, model } = question;
  sentQuestions.set(id, question);
  setAnswering(id, true);
  const isKept = () => aiLogs.get(id)?.messages.some(({ client_message_id: own }) => own === key) === true;
  const line = leaveOnce(id, isKept);
  try {
    const { user_message, message } = await client.workspace.llmService.ask(id, content, {
      model,
      clientMessageId: key,
      signal: line.signal,
    });
    putAiMessages(id, message === null ? [user_message] : [user_message, message]);
    setAnswering(id, false);
  } catch (error) {
    if (line.signal.aborted) return;
    await failed(id, error);
    if (isKept()) sentQuestions.delete(id);
    else sentQuestions.set(id, { ...question, error: explain(error) });
  } finally {
    line.release();
  }
}

/** Has the last question answered again. */
export async function answerAgain(id: string, questionId: string, model: string | null): Promise<void> {
  setAnswering(id, true);
  const line = leaveOnce(id, ({ messages }) => {
    const last = messages.at(-1);
    return last?.question_id === questionId && last.status === "Writing";
  });
  try {
    const { message } = await client.workspace.llmService.askAgain(id, questionId, {
      model,
      signal: line.signal,
    });
    if (message !== null) putAiMessages(id, [message]);
    setAnswering(id, false);
  } catch (error) {
    if (!line.signal.aborted) await failed(id, error);
  } finally {
    line.release();
  }
}

/**
 * Gives the request up once the socket has shown that it was heard: the socket tells the rest, and a browser has only
 * six lines to a server, which tabs that wait would use up.
 */
function leaveOnce(id: string, isHeard: (log: AiLog) => boolean) {
  const leaving = new AbortController();
  const release = aiLogs.subscribe(id, () => {
    const log = aiLogs.get(id);
    if (log !== undefined && client.realtime.state.status === "online" && isHeard(log)) leaving.abort();
  });
  return { signal: leaving.signal, release };
}

/** What came is in the conversation; a lost line says nothing of the answer, which goes on. */
async function failed(id: string, error: unknown): Promise<void> {
  await loadAiLog(id);
  if (!(error instanceof ParleyError && error.code === "PROVIDER_UNAVAILABLE")) return;
  const last = aiLogs.get(id)?.messages.at(-1);
  setAnswering(id, false, last?.status === "Interrupted" ? null : error.message);
}
