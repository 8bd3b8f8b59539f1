/**
 * The blocks of what models write: the Markdown that they use, and no HTML. Each block keeps its source, so that a view
 * draws anew only those that an answer in the making has changed.
 */
export type MarkdownBlock =
  | { kind: "paragraph" | "quote"; source: string }
  | { kind: "heading"; level: 1 | 2 | 3 | 4; source: string }
  | { kind: "code"; language: string; source: string }
  | { kind: "list"; ordered: boolean; start: number; items: MarkdownItem[]; source: string }
  | { kind: "table"; head: string[]; rows: string[][]; source: string }
  | { kind: "rule"; source: string };

export interface MarkdownItem {
  text: string;
  /** How far it is indented: 0 is the outermost. */
  depth: number;
}

const fence = /^ {0,3}(`{3,}|~{3,})\s*([\w+#.-]{0,20}).*$/;
const heading = /^(#{1,6})\s+(.+?)\s*#*$/;
const rule = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;
/** Its text may not have come yet. */
const item = /^(\s*)(?:[-*+]|(\d{1,9})[.)])(?:\s+(.*))?$/;
const tableLine = /^\s*\|.*\|\s*$/;
const tableRule = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;
const deepest = 4;

/** A code block without an end is one that is still being written: it reaches to the end. */
export function readMarkdown(text: string): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const { block, length } = readBlock(lines, at);
    if (block !== null) blocks.push(block);
    at += length;
  }
  return blocks;
}

interface Read {
  block: MarkdownBlock | null;
  /** Lines that it took. */
  length: number;
}

function readBlock(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? "";
  if (line.trim() === "") return { block: null, length: 1 };
  const opened = fence.exec(line);
  if (opened !== null) return readCode(lines, at, opened[1] ?? "", opened[2] ?? "");
  const titled = heading.exec(line);
  if (titled !== null) {
    const level = Math.min(4, titled[1]?.length ?? 1) as 1 | 2 | 3 | 4;
    return { block: { kind: "heading", level, source: titled[2] ?? "" }, length: 1 };
  }
  if (rule.test(line)) return { block: { kind: "rule", source: line }, length: 1 };
  if (tableLine.test(line) && tableRule.test(lines[at + 1] ?? "")) return readTable(lines, at);
  if (item.test(line)) return readList(lines, at);
  if (line.startsWith(">")) {
    const taken = takeWhile(lines, at, (each) => each.startsWith(">"));
    const source = taken.map((each) => each.replace(/^> ?/, "")).join("\n");
    return { block: { kind: "quote", source }, length: taken.length };
  }
  const taken = takeWhile(lines, at, (each, index) => index === at || !beginsBlock(each));
  return { block: { kind: "paragraph", source: taken.join("\n") }, length: taken.length };
}

function takeWhile(
  lines: readonly string[],
  from: number,
  belongs: (line: string, index: number) => boolean,
): string[] {
  let end = from;
  while (end < lines.length && belongs(lines[end] ?? "", end)) end++;
  return lines.slice(from, end);
}

/** What ends a paragraph. */
function beginsBlock(line: string): boolean {
  return (
    line.trim() === "" ||
    line.startsWith(">") ||
    [fence, heading, rule, item, tableLine].some((shape) => shape.test(line))
  );
}

function readCode(lines: readonly string[], at: number, mark: string, language: string): Read {
  const isEnd = (line: string) =>
    line.trim().startsWith(mark) && line.trim().replaceAll(mark[0] ?? "`", "") === "";
  const inside = takeWhile(lines, at + 1, (line) => !isEnd(line));
  return { block: { kind: "code", language, source: inside.join("\n") }, length: inside.length + 2 };
}

function readTable(lines: readonly string[], at: number): Read {
  const taken = takeWhile(lines, at, (line) => tableLine.test(line));
  const [head = [], , ...rows] = taken.map((line) =>
    line
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );
  return { block: { kind: "table", head, rows, source: taken.join("\n") }, length: taken.length };
}

/** Items and the lines that go on with them; a blank line between two items is none of the list's end. */
function readList(lines: readonly string[], at: number): Read {
  const first = item.exec(lines[at] ?? "");
  const ordered = first?.[2] !== undefined;
  const outermost = first?.[1]?.length ?? 0;
  const items: MarkdownItem[] = [];
  const indents: number[] = [];
  const belongs = (line: string, index: number): boolean => {
    const found = item.exec(line);
    if (found !== null) {
      const [, space = "", number, text = ""] = found;
      // On the outermost level the other kind of sign begins another list.
      if (space.length <= outermost && (number !== undefined) !== ordered) return false;
      items.push({ text, depth: depthOf(space.length, indents) });
      return true;
    }
    if (line.trim() === "") return item.test(lines[index + 1] ?? "");
    const last = items.at(-1);
    if (last === undefined || !/^\s/.test(line) || fence.test(line)) return false;
    last.text += `\n${line.trim()}`;
    return true;
  };
  const taken = takeWhile(lines, at, belongs);
  return {
    block: { kind: "list", ordered, start: Number(first?.[2] ?? 1), items, source: taken.join("\n") },
    length: taken.length,
  };
}

/** @param indents of the levels that are open; brought up to date. */
function depthOf(indent: number, indents: number[]): number {
  while (indents.length > 0 && indent < (indents.at(-1) ?? 0)) indents.pop();
  if (indents.length === 0 || indent > (indents.at(-1) ?? 0) + 1) indents.push(indent);
  return Math.min(deepest, indents.length - 1);
}
