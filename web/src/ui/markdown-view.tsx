import { memo } from "react";
import { type MarkdownBlock, type MarkdownItem, readMarkdown } from "../platform/markdown.ts";
import { readInline } from "../platform/markup.ts";
import { CodeBlock } from "./code-block.tsx";
import { keyed, MarkupPieces } from "./markup-pieces.tsx";

/** What a model writes. While it grows only its last block is drawn anew. */
export const MarkdownView = memo(function MarkdownView({ text }: { text: string }) {
  return (
    <div className="flex flex-col gap-2 text-message [overflow-wrap:anywhere]">
      {readMarkdown(text).map((block, place) => keyed(place, <Block block={block} />))}
    </div>
  );
});

const Block = memo(
  ({ block }: { block: MarkdownBlock }) => <BlockView block={block} />,
  (one, other) => one.block.kind === other.block.kind && one.block.source === other.block.source,
);

const nobody: ReadonlySet<string> = new Set();

function Inline({ text }: { text: string }) {
  return <MarkupPieces pieces={readInline(text, nobody)} />;
}

function BlockView({ block }: { block: MarkdownBlock }) {
  switch (block.kind) {
    case "code":
      return <CodeBlock code={block.source} language={block.language} />;
    case "heading":
      return <Heading level={block.level} text={block.source} />;
    case "list":
      return <List {...block} />;
    case "quote":
      return (
        <blockquote
          dir="auto"
          className="whitespace-pre-wrap border-line-strong border-s-2 ps-3 text-ink-soft"
        >
          <Inline text={block.source} />
        </blockquote>
      );
    case "rule":
      return <hr className="my-1 border-line" />;
    case "table":
      return <Table head={block.head} rows={block.rows} />;
    case "paragraph":
      return (
        <p dir="auto" className="whitespace-pre-wrap">
          <Inline text={block.source} />
        </p>
      );
  }
}

/** Below the page's own headings, whatever level the model gave them. */
function Heading({ level, text }: { level: 1 | 2 | 3 | 4; text: string }) {
  const Tag = level <= 2 ? "h2" : "h3";
  return (
    <Tag dir="auto" className={level <= 2 ? "mt-2 font-semibold text-heading" : "mt-1 font-semibold"}>
      <Inline text={text} />
    </Tag>
  );
}

const indents = ["", "ms-5", "ms-10", "ms-15", "ms-20", "ms-25"];

/** Flat, with its depth as space: a list that grows then keeps what is already shown. */
function List({ ordered, start, items }: { ordered: boolean; start: number; items: MarkdownItem[] }) {
  const Tag = ordered ? "ol" : "ul";
  let number = start - 1;
  return (
    <Tag dir="auto" className="flex flex-col gap-1">
      {items.map(({ text, depth }, place) => {
        if (depth === 0) number++;
        const sign = ordered && depth === 0 ? `${number}.` : depth % 2 === 0 ? "•" : "◦";
        return keyed(
          place,
          <li className={`flex gap-2 ${indents[depth] ?? ""}`}>
            <span aria-hidden={!ordered || depth > 0} className="tabular min-w-4 shrink-0 text-ink-soft">
              {sign}
            </span>
            <span className="min-w-0 whitespace-pre-wrap">
              <Inline text={text} />
            </span>
          </li>,
        );
      })}
    </Tag>
  );
}

function Table({ head, rows }: { head: string[]; rows: string[][] }) {
  return (
    <table dir="auto" className="w-full border-collapse text-list">
      <thead>
        <tr>
          {head.map((cell, place) =>
            keyed(
              place,
              <th scope="col" className="border-line-strong border-b px-2 py-1 text-start font-semibold">
                <Inline text={cell} />
              </th>,
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) =>
          keyed(
            at,
            <tr>
              {row.map((cell, place) =>
                keyed(
                  place,
                  <td className="border-line border-b px-2 py-1 align-top">
                    <Inline text={cell} />
                  </td>,
                ),
              )}
            </tr>,
          ),
        )}
      </tbody>
    </table>
  );
}
