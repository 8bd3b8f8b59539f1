/** A fenced block of a guide and what it says it prints. */
export interface Snippet {
  language: "sh" | "ts";
  code: string;
  /** Null: nothing is said of what it prints. `…` stands for anything. */
  prints: string | null;
}

const fence = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** The guide's snippets of both languages, in their order. A `text` block belongs to the snippet before it. */
export function readSnippets(markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  for (const [, language, code = ""] of markdown.matchAll(fence)) {
    const last = snippets.at(-1);
    if (language === "sh" || language === "ts") snippets.push({ language, code, prints: null });
    else if (language === "text" && last !== undefined && last.prints === null) last.prints = code.trim();
  }
  return snippets;
}

const mark = "@@ snippet ends";

/** All snippets as one program, which is how a reader runs them: each goes on from the one before it. */
export function programOf(snippets: Snippet[]): string {
  const isShell = snippets[0]?.language === "sh";
  const ending = isShell ? `echo '${mark}'` : `console.log("${mark}");`;
  const parts = snippets.map(({ code }) => `${code}\n${ending}\n`);
  return isShell ? ["set -eu", ...parts].join("\n") : [...parts, "process.exit(0);", "export {};"].join("\n");
}

/** What each snippet printed. */
export function splitOutput(output: string): string[] {
  return output
    .split(`${mark}\n`)
    .slice(0, -1)
    .map((part) => part.trim());
}

/** Whether `printed` is what the guide shows, `…` being anything within a line. */
export function isAsShown(printed: string, shown: string): boolean {
  const pattern = shown
    .split("…")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${pattern}$`).test(printed);
}
