import { highlighted } from "./highlight.ts";

export interface CodeBlock {
  /** On its tab. */
  title: string;
  language: string;
  code: string;
  /** What it prints. */
  prints?: string;
}

/** Blocks of which the page's script shows one at a time, chosen by tabs. Without scripts all are shown. */
export function codeTabs(blocks: CodeBlock[], label: string): string {
  const title = (block: CodeBlock) => Bun.escapeHTML(block.title);
  const bar =
    blocks.length > 1
      ? `<div class="tabs" data-label="${Bun.escapeHTML(label)}">${blocks.map((each) => `<button type="button">${title(each)}</button>`).join("")}</div>`
      : `<div class="tabs"><span>${blocks.map(title).join("")}</span></div>`;
  const panels = blocks.map((each) => `<div class="panel">${codeBlock(each)}</div>`);
  return `<div class="code-tabs">${bar}${panels.join("")}</div>`;
}

function codeBlock({ language, code, prints }: CodeBlock): string {
  const shown = `<pre tabindex="0"><code>${highlighted(code.trimEnd(), language)}</code></pre>`;
  if (prints === undefined) return shown;
  return `${shown}<div class="prints"><span>prints</span><pre tabindex="0"><code>${Bun.escapeHTML(prints.trimEnd())}</code></pre></div>`;
}
