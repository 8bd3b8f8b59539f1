import { memo } from "react";
import { type Block, readMarkup } from "../../platform/markup.ts";
import { keyed, MarkupPieces } from "../../ui/markup-pieces.tsx";

/** A message's text with its links and formatting. */
export const MarkupView = memo(function MarkupView({
  text,
  usernames,
}: {
  text: string;
  usernames: ReadonlySet<string>;
}) {
  const blocks = readMarkup(text, usernames);
  // Most messages are plain: they need no more than their text.
  const [only] = blocks;
  if (
    blocks.length === 1 &&
    only?.kind === "paragraph" &&
    only.pieces.length === 1 &&
    only.pieces[0]?.kind === "text"
  )
    return <p>{only.pieces[0].text}</p>;
  return <>{blocks.map((block, place) => keyed(place, <BlockView block={block} />))}</>;
});

function BlockView({ block }: { block: Block }) {
  if (block.kind === "code") {
    return (
      <pre
        dir="ltr"
        className="my-1 max-w-full whitespace-pre-wrap rounded-control border border-line bg-canvas px-3 py-2 font-mono text-[0.8125rem] leading-5"
      >
        <code>{block.text}</code>
      </pre>
    );
  }
  const pieces = <MarkupPieces pieces={block.pieces} />;
  if (block.kind === "quote")
    return (
      <blockquote className="my-0.5 border-line-strong border-s-2 ps-3 text-ink-soft">{pieces}</blockquote>
    );
  return <p>{pieces}</p>;
}
