/** Languages that the site shows; anything else is shown plain. */
type Language = "json" | "sh" | "ts";

/** A token's class and what it looks like; the first that matches at a place wins. */
type Rules = readonly (readonly [name: string, pattern: RegExp])[];

const text = /"(?:\\.|[^"\\\n])*"/;
const number = /\b\d[\d_.]*\b/;

const rules: Record<Language, Rules> = {
  json: [
    ["key", /"(?:\\.|[^"\\])*"(?=\s*:)/],
    ["text", text],
    ["word", /\b(?:true|false|null)\b/],
    ["number", /-?\b\d+(?:\.\d+)?\b/],
  ],
  sh: [
    ["comment", /(?<=^|\s)#[^\n]*/],
    ["text", new RegExp(`'[^']*'|${text.source}`)],
    ["variable", /\$\w+|\$\{[^}]*\}/],
    ["key", /(?<=\s)--?[A-Za-z][\w-]*/],
    ["word", /\b(?:curl|for|do|done|in|echo|local|wait|if|then|fi)\b/],
  ],
  ts: [
    ["comment", /\/\/[^\n]*|\/\*[\s\S]*?\*\//],
    ["text", new RegExp(`${/`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'/.source}|${text.source}`)],
    [
      "word",
      /\b(?:const|let|async|await|function|return|if|else|for|of|new|throw|try|catch|type|import|from|export|as|true|false|null|undefined|string|number|unknown|object)\b/,
    ],
    ["number", number],
  ],
};

/** The code as HTML: escaped, with its tokens in spans. */
export function highlighted(code: string, language: string): string {
  if (!(language in rules)) return Bun.escapeHTML(code);
  const chosen = rules[language as Language];
  const pattern = new RegExp(chosen.map(([, each]) => `(${each.source})`).join("|"), "gm");
  let html = "";
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    const place = match.slice(1).findIndex((group) => group !== undefined);
    const name = chosen[place]?.[0] ?? "plain";
    html += `${Bun.escapeHTML(code.slice(end, match.index))}<span class="t-${name}">${Bun.escapeHTML(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return html + Bun.escapeHTML(code.slice(end));
}
