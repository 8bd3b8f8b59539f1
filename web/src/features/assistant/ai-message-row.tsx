import { RotateCcw } from "lucide-react";
import { memo } from "react";
import type { AiMessage } from "../../../../sdk/src/index.ts";
import { texts } from "../../platform/texts.ts";
import { listTime } from "../../platform/times.ts";
import { CopyButton } from "../../ui/code-block.tsx";
import { MarkdownView } from "../../ui/markdown-view.tsx";
import { Time } from "../../ui/time.tsx";

interface AiMessageRowProps {
  message: AiMessage;
  /** Null where it cannot be answered again. */
  onAgain: (() => void) | null;
}

/** One side of the conversation: a question as it was typed, an answer with its formatting. */
export const AiMessageRow = memo(function AiMessageRow({ message, onAgain }: AiMessageRowProps) {
  const { role, content, model, status, note, created_at: at, token_count: tokens } = message;
  const isAnswer = role === "Assistant";
  const name = isAnswer ? (model ?? texts.assistant) : role === "System" ? texts.instructions : texts.you;
  return (
    <article
      aria-label={texts.saidBy(name)}
      data-status={status}
      className={isAnswer ? "" : "rounded-panel bg-canvas px-4 py-3"}
    >
      <header className="mb-1 flex items-baseline gap-2 text-detail text-ink-soft">
        <span className="min-w-0 truncate font-semibold text-ink">{name}</span>
        <Time at={at} show={listTime} />
      </header>
      {isAnswer ? (
        <MarkdownView text={content} />
      ) : (
        <p dir="auto" className="whitespace-pre-wrap text-message [overflow-wrap:anywhere]">
          {content}
        </p>
      )}
      {isAnswer && status === "Writing" && <Writing isEmpty={content === ""} />}
      {isAnswer && status !== "Writing" && (
        <footer className="mt-1 flex min-h-7 flex-wrap items-center gap-x-2 text-detail text-ink-soft">
          {status !== "Complete" && (
            <span className="font-medium text-ink">
              {status === "Stopped" ? texts.answerStopped : texts.answerInterrupted}
            </span>
          )}
          {note !== null && <span>{note}</span>}
          {status !== "Complete" && onAgain !== null && <AgainButton onAgain={onAgain} />}
          <span className="tabular">{texts.tokens(tokens)}</span>
          <CopyButton text={content} />
        </footer>
      )}
    </article>
  );
});

export function AgainButton({ onAgain }: { onAgain: () => void }) {
  return (
    <button
      type="button"
      onClick={onAgain}
      className="inline-flex min-h-7 items-center gap-1.5 rounded-control px-2 font-medium text-accent-ink text-detail hover:bg-hover"
    >
      <RotateCcw aria-hidden size={14} />
      {texts.tryAgain}
    </button>
  );
}

/** Something is coming. It stands below the words, where they will be, and moves nothing. */
export function Writing({ isEmpty }: { isEmpty: boolean }) {
  return (
    <p className="mt-1 flex min-h-5 items-center gap-2 text-detail text-ink-soft">
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
      {isEmpty ? texts.thinking : texts.answering}
    </p>
  );
}
