import { memo, type ReactNode } from "react";
import { type Block, type Piece, readMarkup } from "../../platform/markup.ts";

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

/** Pieces never move: their place is their key. */
function keyed(place: number, node: ReactNode): ReactNode {
  return <Piecewise key={place}>{node}</Piecewise>;
}

function Piecewise({ children }: { children: ReactNode }) {
  return children;
}

function BlockView({ block }: { block: Block }) {
  if (block.kind === "code") {
    return (
      <pre className="my-1 max-w-full whitespace-pre-wrap rounded-control border border-line bg-canvas px-3 py-2 font-mono text-[0.8125rem] leading-5">
        <code>{block.text}</code>
      </pre>
    );
  }
  const pieces = <Pieces pieces={block.pieces} />;
  if (block.kind === "quote")
    return (
      <blockquote className="my-0.5 border-line-strong border-s-2 ps-3 text-ink-soft">{pieces}</blockquote>
    );
  return <p>{pieces}</p>;
}

function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return <>{pieces.map((piece, place) => keyed(place, <PieceView piece={piece} />))}</>;
}

function PieceView({ piece }: { piece: Piece }) {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "code":
      return (
        <code className="rounded-small border border-line bg-canvas px-1 font-mono text-[0.85em]">
          {piece.text}
        </code>
      );
    case "mention":
      return (
        <span className="rounded-small bg-accent-soft px-0.5 font-medium text-accent-ink">{piece.text}</span>
      );
    case "link":
      return (
        <a
          href={piece.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="text-accent-ink underline decoration-1 underline-offset-2"
        >
          {piece.text}
        </a>
      );
    case "strong":
      return (
        <strong className="font-semibold">
          <Pieces pieces={piece.pieces} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Pieces pieces={piece.pieces} />
        </em>
      );
    case "struck":
      return (
        <s>
          <Pieces pieces={piece.pieces} />
        </s>
      );
  }
}
