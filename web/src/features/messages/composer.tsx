import { Paperclip, SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useId, useRef } from "react";
import { texts } from "../../platform/texts.ts";
import { IconButton } from "../../ui/button.tsx";
import { useGrowing } from "../../ui/use-growing.ts";
import type { Upload } from "./attachments.ts";
import { ChoiceList } from "./choice-list.tsx";
import { textAtMost } from "./text-length.ts";
import { UploadList } from "./upload-list.tsx";
import { type Command, useChoices } from "./use-choices.tsx";

interface ComposerProps {
  conversationId: string;
  mayCallAll: boolean;
  title: string;
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
  /** Arrow up in an empty field: edit what one wrote last. */
  onEditLast: () => void;
  /** Escape: leave the reply or the edit. */
  onLeave: () => void;
  /** What is written is the new text of a message, or an answer to one. */
  banner: { label: string; detail: string; leaveLabel: string } | null;
  isEdit: boolean;
  error: string | null;
  uploads: readonly Upload[];
  onFiles: (files: readonly File[]) => void;
  onRetryUpload: (upload: Upload) => void;
  onRemoveUpload: (key: string) => void;
  field: RefObject<HTMLTextAreaElement | null>;
  commands: readonly Command[];
}

/** Where one writes. It grows to a third of the height; Enter sends, Shift and Enter makes a line. */
export function Composer(props: ComposerProps) {
  const { title, text, onText, banner, isEdit, field } = props;
  const listId = useId();
  const { look, onKeyDown, ...list } = useChoices(props);
  const isListed = list.choices.length > 0;
  useGrowing(field, text);
  const over = [...text].length - textAtMost;
  const isWhole = props.uploads.every(({ state }) => state.name === "ready");
  const canSend = (text.trim() !== "" || props.uploads.length > 0) && over <= 0 && isWhole;
  const send = () => {
    if (canSend) props.onSend();
  };
  return (
    <div className="px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] medium:px-6">
      {isListed && <ChoiceList id={listId} {...list} />}
      <div className="rounded-panel border border-line-strong bg-surface focus-within:border-accent-ink">
        {banner !== null && <Banner {...banner} onLeave={props.onLeave} />}
        {props.uploads.length > 0 && !isEdit && (
          <UploadList uploads={props.uploads} onRetry={props.onRetryUpload} onRemove={props.onRemoveUpload} />
        )}
        <div className="flex items-end gap-1 p-1.5">
          {!isEdit && <AttachButton onFiles={props.onFiles} />}
          <textarea
            ref={field}
            rows={1}
            dir="auto"
            value={text}
            aria-label={isEdit ? texts.editing : texts.composerLabel(title)}
            placeholder={texts.composerPlaceholder(title)}
            enterKeyHint="send"
            aria-controls={isListed ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={isListed ? `${listId}-${list.place}` : undefined}
            onChange={(event) => onText(event.target.value)}
            onSelect={look}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0 || isEdit) return;
              event.preventDefault();
              props.onFiles(files);
            }}
            onKeyDown={(event) => {
              if (!onKeyDown(event)) onKey(event, { ...props, send });
            }}
            className="max-h-[33dvh] min-h-8 flex-1 resize-none bg-transparent px-2 py-1.5 text-message leading-5 outline-none placeholder:truncate placeholder:text-ink-faint"
          />
          <IconButton
            icon={SendHorizontal}
            label={isEdit ? texts.saveEdit : texts.send}
            keys="Enter"
            size="normal"
            disabled={!canSend}
            onClick={send}
            // The keyboard of a phone stays open.
            onPointerDown={(event) => event.preventDefault()}
            className="size-8 text-accent-ink rtl:-scale-x-100"
          />
        </div>
      </div>
      <Notes over={over} error={props.error} />
    </div>
  );
}

/** Opens the system's choice of files; pasting and dropping do the same. */
function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <IconButton
        icon={Paperclip}
        label={texts.attach}
        className="size-8"
        onClick={() => input.current?.click()}
      />
    </>
  );
}

function onKey(event: KeyboardEvent<HTMLTextAreaElement>, props: ComposerProps & { send: () => void }): void {
  // A key that picks a character of an input method is none of ours.
  if (event.nativeEvent.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    props.send();
  } else if (event.key === "ArrowUp" && props.text === "") {
    event.preventDefault();
    props.onEditLast();
  } else if (event.key === "Escape" && props.banner !== null) {
    event.preventDefault();
    event.stopPropagation();
    props.onLeave();
  }
}

function Banner({
  label,
  detail,
  leaveLabel,
  onLeave,
}: NonNullable<ComposerProps["banner"]> & { onLeave: () => void }): ReactNode {
  return (
    <div className="flex items-center gap-2 border-line border-b ps-3 pe-1.5 text-detail">
      <span className="shrink-0 font-medium text-accent-ink">{label}</span>
      <span className="min-w-0 flex-1 truncate text-ink-soft">{detail}</span>
      <IconButton size="small" icon={X} label={leaveLabel} keys="Esc" onClick={onLeave} />
    </div>
  );
}

function Notes({ over, error }: { over: number; error: string | null }) {
  if (over <= 0 && error === null) return null;
  return (
    <p role="alert" className="px-2 pt-1 text-detail text-harm-ink">
      {over > 0 ? texts.tooLong(over) : error}
    </p>
  );
}
