/**
 * The little formatting that people type anyway. Text stays as it was sent; this only says how to show it, and nothing
 * of it ever becomes HTML.
 */
export type Piece =
  | { kind: "text" | "code" | "mention"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "strong" | "emphasis" | "struck"; pieces: Piece[] };

export type Block =
  | { kind: "paragraph" | "quote"; pieces: Piece[] }
  | { kind: "code"; text: string; language: string };

/** @param usernames of those whom the message mentions: only their names are marked. */
export function readMarkup(text: string, usernames: ReadonlySet<string> = new Set()): Block[] {
  const blocks: Block[] = [];
  let rest = text;
  for (let fence = fenceShape.exec(rest); fence !== null; fence = fenceShape.exec(rest)) {
    readParagraphs(rest.slice(0, fence.index), usernames, blocks);
    blocks.push({ kind: "code", language: fence[1] ?? "", text: fence[2] ?? "" });
    rest = rest.slice(fence.index + fence[0].length);
  }
  readParagraphs(rest, usernames, blocks);
  return blocks;
}

const fenceShape = /(?:^|\n)```([\w+-]{0,20})\n([\s\S]*?)\n?```(?=\n|$)\n?/;

/** Lines stay together as they were written; quoted ones stand apart. */
function readParagraphs(text: string, usernames: ReadonlySet<string>, blocks: Block[]): void {
  const lines = text.replace(/^\n+|\n+$/g, "").split("\n");
  if (lines.length === 1 && lines[0] === "") return;
  let kind: "paragraph" | "quote" | null = null;
  let gathered: string[] = [];
  const flush = () => {
    if (kind !== null) blocks.push({ kind, pieces: readInline(gathered.join("\n"), usernames) });
    gathered = [];
  };
  for (const line of lines) {
    const isQuote = /^> ?/.test(line);
    const next = isQuote ? "quote" : "paragraph";
    if (next !== kind) {
      flush();
      kind = next;
    }
    gathered.push(isQuote ? line.replace(/^> ?/, "") : line);
  }
  flush();
}

/** Each alternative is one kind; the first that fits at the earliest place wins. */
const inlineShape = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    '(?<link>https?://[^\\s<>"]+)',
    "\\*\\*(?<strong>[^\\s*](?:[^\\n]*?[^\\s*])?)\\*\\*",
    "~~(?<struck>[^\\s~](?:[^\\n]*?[^\\s~])?)~~",
    "(?<![\\p{L}\\p{N}*])\\*(?<star>[^\\s*](?:[^*\\n]*[^\\s*])?)\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?<line>[^\\s_](?:[^_\\n]*[^\\s_])?)_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}_.@-])@(?<mention>[\\p{L}\\p{N}_.-]{3,30})",
  ].join("|"),
  "u",
);

const depthAtMost = 4;

export function readInline(text: string, usernames: ReadonlySet<string>, depth = 0): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== "") {
    const found = depth < depthAtMost ? inlineShape.exec(rest) : null;
    if (found === null) {
      addText(pieces, rest);
      break;
    }
    addText(pieces, rest.slice(0, found.index));
    const { piece, length } = pieceOf(found, usernames, depth);
    if (piece.kind === "text") addText(pieces, piece.text);
    else pieces.push(piece);
    rest = rest.slice(found.index + length);
  }
  return pieces;
}

function addText(pieces: Piece[], text: string): void {
  const last = pieces.at(-1);
  if (text === "") return;
  if (last?.kind === "text") last.text += text;
  else pieces.push({ kind: "text", text });
}

function pieceOf(
  found: RegExpExecArray,
  usernames: ReadonlySet<string>,
  depth: number,
): { piece: Piece; length: number } {
  const { code, link, strong, struck, star, line, mention } = found.groups ?? {};
  const length = found[0].length;
  const inner = (text: string) => readInline(text, usernames, depth + 1);
  if (code !== undefined) return { piece: { kind: "code", text: code }, length };
  if (link !== undefined) return linkPiece(link);
  if (strong !== undefined) return { piece: { kind: "strong", pieces: inner(strong) }, length };
  if (struck !== undefined) return { piece: { kind: "struck", pieces: inner(struck) }, length };
  const emphasis = star ?? line;
  if (emphasis !== undefined) return { piece: { kind: "emphasis", pieces: inner(emphasis) }, length };
  return mentionPiece(mention ?? "", usernames);
}

/** A sentence's stop behind a link, or a bracket around it, is not of the link. */
function linkPiece(raw: string): { piece: Piece; length: number } {
  let href = raw.replace(/[.,;:!?'»”]+$/u, "");
  while (href.endsWith(")") && count(href, "(") < count(href, ")")) href = href.slice(0, -1);
  const piece: Piece = URL.canParse(href) ? { kind: "link", text: href, href } : { kind: "text", text: href };
  return { piece, length: href.length };
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** `@ada.` mentions ada: the longest name that is mentioned, without what follows it. */
function mentionPiece(raw: string, usernames: ReadonlySet<string>): { piece: Piece; length: number } {
  for (let end = raw.length; end >= 3; end--) {
    const name = raw.slice(0, end);
    if (usernames.has(name.toLowerCase()))
      return { piece: { kind: "mention", text: `@${name}` }, length: end + 1 };
  }
  return { piece: { kind: "text", text: `@${raw}` }, length: raw.length + 1 };
}

/** The text alone, in one line: for lists and previews. */
export function plainOf(text: string): string {
  const words = readMarkup(text).map((block) => ("pieces" in block ? plainPieces(block.pieces) : block.text));
  return words.join(" ").replace(/\s+/g, " ").trim();
}

function plainPieces(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ("pieces" in piece ? plainPieces(piece.pieces) : piece.text)).join("");
}
