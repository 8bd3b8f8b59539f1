import type { ReactNode } from "react";
import type { Piece } from "../platform/markup.ts";

/** Pieces never move: their place is their key. */
export function keyed(place: number, node: ReactNode): ReactNode {
  return <Piecewise key={place}>{node}</Piecewise>;
}

function Piecewise({ children }: { children: ReactNode }) {
  return children;
}

/** A line of text with its links and formatting. */
export function MarkupPieces({ pieces }: { pieces: readonly Piece[] }) {
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
        <bdi className="rounded-small bg-accent-soft px-0.5 font-medium text-accent-ink">{piece.text}</bdi>
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
          <MarkupPieces pieces={piece.pieces} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <MarkupPieces pieces={piece.pieces} />
        </em>
      );
    case "struck":
      return (
        <s>
          <MarkupPieces pieces={piece.pieces} />
        </s>
      );
  }
}
