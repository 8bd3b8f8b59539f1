/** What a piece of code is, as far as a colour helps to read it. */
export type CodePart = { kind: "plain" | "word" | "text" | "number" | "comment" | "name"; text: string };

const cLike =
  "abstract as async await break case catch class const continue default delete do else enum export extends false final finally for from func function go goto if implements import in instanceof interface let match mod mut namespace new nil null of package private protected pub public return self static struct super switch this throw true try type typeof undefined union unsafe use using var void where while with yield fn impl trait defer select chan map range override readonly";
const scriptLike =
  "and as assert async await begin break case class continue def del do done elif else elsif end esac except export fi finally for from function global if import in is lambda local module nil None not or pass raise rescue return self then True False true false try unless until when while with yield";
const queries =
  "add all alter and as asc begin between by case check column commit constraint create cross default delete desc distinct drop else end exists foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer primary references returning right rollback select set table then union unique update using values view when where with";

interface Language {
  words: ReadonlySet<string>;
  comment: string;
  ignoresCase?: boolean;
}

const wordsOf = (list: string) => new Set(list.split(" "));
const slashes = "//[^\\n]*|/\\*[\\s\\S]*?(?:\\*/|$)";
const c: Language = { words: wordsOf(cLike), comment: slashes };
const script: Language = { words: wordsOf(scriptLike), comment: "#[^\\n]*" };
const sql: Language = { words: wordsOf(queries), comment: `--[^\\n]*|${slashes}`, ignoresCase: true };
const data: Language = {
  words: wordsOf("true false null yes no"),
  comment: "(?<![^\\s])#[^\\n]*|(?<![^\\s])//[^\\n]*",
};
const markup: Language = { words: new Set(), comment: "<!--[\\s\\S]*?(?:-->|$)|/\\*[\\s\\S]*?(?:\\*/|$)" };

const languages: Record<string, Language> = {};
for (const name of "js jsx ts tsx javascript typescript java kotlin kt swift c h cpp c++ cs csharp go rust rs php dart scala zig".split(
  " ",
))
  languages[name] = c;
for (const name of "py python rb ruby sh bash zsh shell console lua perl pl elixir r make makefile dockerfile".split(
  " ",
))
  languages[name] = script;
for (const name of "sql postgres postgresql sqlite mysql".split(" ")) languages[name] = sql;
for (const name of "json json5 yaml yml toml ini env".split(" ")) languages[name] = data;
for (const name of "html xml svg css scss vue".split(" ")) languages[name] = markup;

const patterns = new Map<Language, RegExp>();

/** One pattern a language: comments, texts in quotes, numbers, words; whatever matches first at a place. */
function patternOf(language: Language): RegExp {
  const known = patterns.get(language);
  if (known !== undefined) return known;
  const pattern = new RegExp(
    [
      `(?<comment>${language.comment})`,
      "(?<text>\"(?:[^\"\\\\\\n]|\\\\.)*\"?|'(?:[^'\\\\\\n]|\\\\.)*'?|`(?:[^`\\\\]|\\\\.)*`?)",
      "(?<number>\\b(?:0[xob][\\da-f_]+|\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?)\\b)",
      "(?<word>[A-Za-z_$][\\w$]*)",
    ].join("|"),
    "giu",
  );
  patterns.set(language, pattern);
  return pattern;
}

/** More than this stays plain: nobody reads it for its colours. */
const longest = 50_000;

/** The code in pieces, in order and whole; of a language that is not known one plain piece. */
export function highlight(code: string, languageName: string): CodePart[] {
  const language = languages[languageName.toLowerCase()];
  if (language === undefined || code.length > longest)
    return code === "" ? [] : [{ kind: "plain", text: code }];
  const parts: CodePart[] = [];
  const add = (kind: CodePart["kind"], text: string) => {
    const last = parts.at(-1);
    if (text === "") return;
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  let done = 0;
  for (const found of code.matchAll(patternOf(language))) {
    add("plain", code.slice(done, found.index));
    add(kindOf(found, language, code), found[0]);
    done = found.index + found[0].length;
  }
  add("plain", code.slice(done));
  return parts;
}

function kindOf(found: RegExpExecArray, { words, ignoresCase }: Language, code: string): CodePart["kind"] {
  const { comment, text, number, word = "" } = found.groups ?? {};
  if (comment !== undefined) return "comment";
  if (text !== undefined) return "text";
  if (number !== undefined) return "number";
  if (words.has(ignoresCase === true ? word.toLowerCase() : word)) return "word";
  return code[found.index + word.length] === "(" ? "name" : "plain";
}
