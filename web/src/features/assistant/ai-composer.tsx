import { SendHorizontal, Square } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/select-field.tsx";
import { useGrowing } from "../../ui/use-growing.ts";

/** Characters of a question; the server refuses more. */
const textAtMost = 100_000;

interface AiComposerProps {
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
  /** Null: nothing is being answered. */
  onStop: (() => void) | null;
  models: readonly { id: string }[];
  model: string | null;
  onModel: (model: string) => void;
  /** Nobody can be asked. */
  isClosed: boolean;
  /** What one should know before asking. */
  notice: ReactNode;
  meter: ReactNode;
}

/** Where one asks: Enter sends, Shift and Enter makes a line; while an answer comes, it can be stopped. */
export function AiComposer(props: AiComposerProps) {
  const { text, onText, onStop, models, model, isClosed, notice, meter } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowing(field, text);
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, []);
  const over = [...text].length - textAtMost;
  const canSend = text.trim() !== "" && over <= 0 && onStop === null && !isClosed;
  const send = () => {
    if (canSend) props.onSend();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && onStop !== null) {
      event.preventDefault();
      onStop();
    }
  };
  return (
    <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] medium:px-6">
      <div className="mx-auto flex max-w-3xl flex-col gap-2">
        {notice}
        <div className="rounded-panel border border-line-strong bg-surface focus-within:border-accent-ink">
          <div className="flex items-end gap-1 p-1.5">
            <textarea
              ref={field}
              rows={1}
              dir="auto"
              value={text}
              aria-label={texts.question}
              placeholder={texts.askAnything}
              enterKeyHint="send"
              onChange={(event) => onText(event.target.value)}
              onKeyDown={onKey}
              className="max-h-[33dvh] min-h-8 flex-1 resize-none bg-transparent px-2 py-1.5 text-message leading-5 outline-none placeholder:text-ink-faint"
            />
            {onStop === null ? (
              <IconButton
                icon={SendHorizontal}
                label={texts.send}
                keys="Enter"
                disabled={!canSend}
                onClick={send}
                // The keyboard of a phone stays open.
                onPointerDown={(event) => event.preventDefault()}
                className="size-8 text-accent-ink rtl:-scale-x-100"
              />
            ) : (
              <IconButton
                icon={Square}
                label={texts.stopAnswer}
                keys="Esc"
                onClick={onStop}
                className="size-8 text-accent-ink [&_svg]:fill-current"
              />
            )}
          </div>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-2 pb-1.5">
            {model !== null && models.length > 0 ? (
              <SelectField
                compact
                label={texts.model}
                value={model}
                options={models.map(({ id }) => ({ value: id, label: id }))}
                onChange={props.onModel}
              />
            ) : (
              <span />
            )}
            {meter}
          </div>
        </div>
        {over > 0 && (
          <p role="alert" className="px-2 text-detail text-harm-ink">
            {texts.tooLong(over)}
          </p>
        )}
      </div>
    </div>
  );
}
