import { ArrowDown, Bot } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { announce } from "../../platform/announce.ts";
import { client } from "../../platform/client.ts";
import { useKeyed } from "../../platform/store.ts";
import { texts } from "../../platform/texts.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { keepEnd } from "../../ui/keep-end.ts";
import { QuietNotice } from "../../ui/quiet-notice.tsx";
import { SkeletonRows } from "../../ui/skeleton-rows.tsx";
import { draftOf, keepDraft } from "../messages/index.ts";
import { AiComposer } from "./ai-composer.tsx";
import { AiConversationHeader } from "./ai-conversation-header.tsx";
import { useAiConversation } from "./ai-conversations.ts";
import { type AiLog, aiLogs, loadAiLog, loadEarlier, openAiLog, sentQuestions } from "./ai-logs.ts";
import { AgainButton, AiMessageRow, Writing } from "./ai-message-row.tsx";
import { answerAgain, ask, askOnceMore } from "./asking.ts";
import { pickModel, useChosenModel } from "./chosen-model.ts";
import { TokenMeter } from "./token-meter.tsx";
import { useFollowing } from "./use-following.ts";

const nothing: AiLog = { status: "loading", messages: [], isAnswering: false, failure: null };

/** An AI conversation, as it is and as it comes. */
export function AiConversationPane({ id }: { id: string }) {
  useEffect(() => openAiLog(id), [id]);
  const log = useKeyed(aiLogs, id) ?? nothing;
  const { data: conversation } = useAiConversation(id);
  const chosen = useChosenModel(id, log.messages);
  useAnnouncedAnswer(log);
  if (log.status === "gone")
    return <Empty icon={Bot} title={texts.notFoundTitle} about={texts.aiConversationGoneAbout} />;
  if (log.status === "failed")
    return (
      <Empty icon={Bot} title={texts.loadFailedTitle} about={texts.offlineError}>
        <Button onClick={() => void loadAiLog(id)}>{texts.tryAgain}</Button>
      </Empty>
    );
  return (
    <section className="flex h-full min-h-0 flex-col" aria-label={conversation?.title ?? texts.loading}>
      {conversation !== undefined && <AiConversationHeader conversation={conversation} />}
      <Messages id={id} log={log} model={chosen.model} />
      <Asking id={id} isAnswering={log.isAnswering} used={conversation?.token_count ?? 0} {...chosen} />
    </section>
  );
}

/** A screen reader hears that an answer is there, not each of its words. */
function useAnnouncedAnswer({ isAnswering, messages }: AiLog): void {
  const was = useRef(isAnswering);
  useEffect(() => {
    if (was.current && !isAnswering && messages.at(-1)?.role === "Assistant") announce(texts.answerIsThere);
    was.current = isAnswering;
  }, [isAnswering, messages]);
}

function Messages({ id, log, model }: { id: string; log: AiLog; model: string | null }) {
  const { messages, isAnswering, failure } = log;
  const scroller = useRef<HTMLDivElement>(null);
  const sent = useKeyed(sentQuestions, id);
  const { isAway, toEnd } = useFollowing(scroller, [messages, sent, isAnswering]);
  useEffect(() => keepEnd(scroller.current), []);
  const last = messages.at(-1);
  const question = messages.findLast(({ role }) => role === "User");
  const again =
    question === undefined || isAnswering ? null : () => void answerAgain(id, question.message_id, model);
  const isUnanswered = last?.role === "User" && !isAnswering && sent === undefined;
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="feed"
        aria-label={texts.messages}
        aria-busy={isAnswering}
        className="h-full overflow-y-auto overscroll-contain px-4 medium:px-6"
      >
        <div className="mx-auto flex max-w-3xl flex-col gap-5 py-4">
          {log.status === "loading" && messages.length === 0 && <SkeletonRows />}
          {(messages[0]?.seq ?? 1) > 1 && (
            <Button look="plain" onClick={() => void loadEarlier(id)}>
              {texts.earlierMessages}
            </Button>
          )}
          {messages.map((message) => (
            <AiMessageRow
              key={message.message_id}
              message={message}
              onAgain={message === last ? again : null}
            />
          ))}
          {sent !== undefined && <SentQuestion id={id} content={sent.content} error={sent.error} />}
          {isAnswering && last?.status !== "Writing" && sent?.error == null && <Writing isEmpty />}
          {isUnanswered && again !== null && (
            <p role="status" className="flex flex-wrap items-center gap-2 text-ink-soft">
              {failure ?? texts.noAnswerCame}
              <AgainButton onAgain={again} />
            </p>
          )}
        </div>
      </div>
      {isAway && (
        <IconButton
          icon={ArrowDown}
          label={texts.jumpToNewest}
          onClick={toEnd}
          className="absolute end-6 bottom-3 rounded-full border border-line bg-raised shadow-float"
        />
      )}
    </div>
  );
}

/** What one has just asked, until the server has it. */
function SentQuestion({ id, content, error }: { id: string; content: string; error: string | null }) {
  return (
    <article aria-label={texts.saidBy(texts.you)} className="rounded-panel bg-canvas px-4 py-3">
      <p dir="auto" className="whitespace-pre-wrap text-message [overflow-wrap:anywhere]">
        {content}
      </p>
      {error !== null && (
        <p role="alert" className="mt-1 flex flex-wrap items-center gap-2 text-detail text-harm-ink">
          {texts.failedBecause(error)}
          <AgainButton onAgain={() => void askOnceMore(id)} />
          <Button look="plain" className="min-h-7 px-2 py-0.5" onClick={() => sentQuestions.delete(id)}>
            {texts.discard}
          </Button>
        </p>
      )}
    </article>
  );
}

type AskingProps = { id: string; isAnswering: boolean; used: number } & Pick<
  ReturnType<typeof useChosenModel>,
  "models" | "model" | "window" | "fault"
>;

function Asking({ id, isAnswering, used, models, model, window, fault }: AskingProps) {
  const [text, setText] = useState(() => draftOf(id).text);
  const keep = (next: string) => {
    setText(next);
    keepDraft(id, { text: next, replyTo: null });
  };
  const send = () => {
    keep("");
    void ask(id, text, model);
  };
  const stop = () => void client.workspace.llmService.stop(id).catch(() => loadAiLog(id));
  return (
    <AiComposer
      text={text}
      onText={keep}
      onSend={send}
      onStop={isAnswering ? stop : null}
      models={models}
      model={model}
      onModel={(next) => pickModel(id, next)}
      isClosed={fault !== null}
      notice={fault !== null && <QuietNotice>{fault}</QuietNotice>}
      meter={<TokenMeter used={used} window={window} />}
    />
  );
}
