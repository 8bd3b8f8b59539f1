import { Check, Copy } from "lucide-react";
import { memo, useEffect, useState } from "react";
import { announce, complain } from "../platform/announce.ts";
import { copyToClipboard } from "../platform/clipboard.ts";
import { type CodePart, highlight } from "../platform/highlight.ts";
import { texts } from "../platform/texts.ts";
import { IconButton } from "./button.tsx";
import { keyed } from "./markup-pieces.tsx";

const colours: Record<CodePart["kind"], string> = {
  plain: "",
  word: "text-code-word",
  text: "text-code-text",
  number: "text-code-number",
  comment: "text-ink-faint italic",
  name: "text-accent-ink",
};

/** Code with its language and a button that copies it. */
export const CodeBlock = memo(function CodeBlock({ code, language }: { code: string; language: string }) {
  return (
    <figure className="my-2 max-w-full overflow-hidden rounded-control border border-line bg-canvas">
      <figcaption className="flex min-h-8 items-center justify-between border-line border-b ps-3 pe-0.5 text-detail text-ink-soft">
        {language === "" ? texts.code : language}
        <CopyButton text={code} />
      </figcaption>
      <pre
        dir="ltr"
        className="whitespace-pre-wrap px-3 py-2 font-mono text-[0.8125rem] leading-5 [overflow-wrap:anywhere]"
      >
        <code>
          {highlight(code, language).map(({ kind, text }, place) =>
            keyed(place, kind === "plain" ? text : <span className={colours[kind]}>{text}</span>),
          )}
        </code>
      </pre>
    </figure>
  );
});

const shownMs = 1_500;

export function CopyButton({ text }: { text: string }) {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), shownMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async () => {
    const done = await copyToClipboard(text);
    if (!done) {
      complain(texts.copyFailed);
      return;
    }
    setDone(true);
    announce(texts.copied);
  };
  return (
    <IconButton
      size="small"
      icon={isDone ? Check : Copy}
      label={isDone ? texts.copied : texts.copyText}
      onClick={() => void copy()}
    />
  );
}
