import { type CodeBlock, codeTabs } from "./code.ts";

interface Article {
  title: string;
  html: string;
  /** Headings of the second level, for the list beside the page. */
  sections: { id: string; title: string }[];
  /** Its first paragraph, for lists and search. */
  lead: string;
}

const titles: Record<string, string> = { sh: "curl", ts: "TypeScript", json: "JSON", text: "Text" };

/**
 * A document of the repository as a page. Snippets that follow each other in several languages share tabs, and a `text`
 * block after a snippet shows what that prints.
 * @param resolve where a link to another document leads; null: the site does not have it, and its words stay.
 */
export function renderArticle(markdown: string, resolve: (link: string) => string | null): Article {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? "";
  const body = markdown.replace(/^# .+\n/m, "");
  const { text, groups } = takeCode(body);
  let html = Bun.markdown.html(text, { headings: { ids: true } });
  html = html
    .replaceAll(/<p>@@code-(\d+)@@<\/p>/g, (_, index: string) => codeTabs(groups[Number(index)] ?? [], title))
    .replaceAll(/<a href="([^"]*)">([\s\S]*?)<\/a>/g, (_, href: string, words: string) => {
      const target = /^https?:/.test(href) ? href : resolve(href);
      return target === null ? words : `<a href="${target}">${words}</a>`;
    })
    .replaceAll(/<th([^>]*)><\/th>/g, "<td$1></td>")
    .replaceAll("<table>", '<div class="table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll(/<h([23]) id="([^"]+)">([\s\S]*?)<\/h\1>/g, (_, level: string, id: string, words: string) => {
      const label = words.replaceAll(/<[^>]+>/g, "");
      return `<h${level} id="${id}">${words}<a class="anchor" href="#${id}" aria-label="Link to «${label}»">#</a></h${level}>`;
    });
  const sections = [...html.matchAll(/<h2 id="([^"]+)">([\s\S]*?)<a class="anchor"/g)].map(
    ([, id = "", words = ""]) => ({ id, title: words.replaceAll(/<[^>]+>/g, "") }),
  );
  const lead = /^(?!#|\||```|<)(\S[\s\S]*?)\n\n/m.exec(body.trimStart())?.[1] ?? "";
  return { title, html, sections, lead: plain(lead) };
}

/** Groups of code blocks that stand together, each replaced by a paragraph that names its place. */
function takeCode(markdown: string): { text: string; groups: CodeBlock[][] } {
  const groups: CodeBlock[][] = [];
  const block = "^```\\w*\\n[\\s\\S]*?^```\\n?";
  const text = markdown.replaceAll(new RegExp(`(?:${block}\\s*)+`, "gm"), (run) => {
    const blocks: CodeBlock[] = [];
    for (const [, language = "", code = ""] of run.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
      const last = blocks.at(-1);
      if (language === "text" && last !== undefined && last.prints === undefined) last.prints = code;
      else blocks.push({ title: titles[language] ?? "Text", language, code });
    }
    groups.push(blocks);
    return `@@code-${groups.length - 1}@@\n\n`;
  });
  return { text, groups };
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[*`]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
