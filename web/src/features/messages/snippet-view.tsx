import type { ReactNode } from "react";

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function textOf(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}

/** What the server found in a message. Its HTML is read, never shown as such: marks, and text. */
export function SnippetView({ snippet }: { snippet: string }) {
  const parts = snippet.split(/<mark>([\s\S]*?)<\/mark>/);
  return (
    <>
      {parts.map((part, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a snippet never move.
        <Part key={place} isHit={place % 2 === 1}>
          {textOf(part)}
        </Part>
      ))}
    </>
  );
}

function Part({ isHit, children }: { isHit: boolean; children: ReactNode }) {
  if (!isHit) return children;
  return <mark className="rounded-small bg-mark font-medium text-ink">{children}</mark>;
}
