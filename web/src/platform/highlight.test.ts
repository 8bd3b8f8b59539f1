import { describe, expect, test } from "bun:test";
import { highlight } from "./highlight.ts";

const kindsOf = (code: string, language: string) =>
  highlight(code, language)
    .filter(({ kind }) => kind !== "plain")
    .map(({ kind, text }) => `${kind}:${text}`);

describe("colours in code", () => {
  test("tell words, texts, numbers, comments and calls apart", () => {
    expect(kindsOf('const a = f("x // y", 0x1f); // end', "ts")).toEqual([
      "word:const",
      "name:f",
      'text:"x // y"',
      "number:0x1f",
      "comment:// end",
    ]);
    expect(kindsOf("def f(x):\n  return 'a'  # why", "py")).toEqual([
      "word:def",
      "name:f",
      "word:return",
      "text:'a'",
      "comment:# why",
    ]);
    expect(kindsOf("SELECT 1 -- one", "sql")).toEqual(["word:SELECT", "number:1", "comment:-- one"]);
  });

  test("never change the code, whole or cut anywhere", () => {
    const code = '/* a */ let s = `t ${1}\\``; \'open\n"x\\"y" // é 1_000.5e3 😀';
    for (const language of ["ts", "py", "sql", "json", "html", "nothing"])
      for (let length = 0; length <= code.length; length++)
        expect(
          highlight(code.slice(0, length), language)
            .map(({ text }) => text)
            .join(""),
        ).toBe(code.slice(0, length));
  });

  test("leave a language that is not known alone", () => {
    expect(highlight("const a", "klingon")).toEqual([{ kind: "plain", text: "const a" }]);
  });

  test("stay quick on what is made to be slow", () => {
    const started = performance.now();
    for (const part of ['"', "/*", "'\\", "`", "0x", "a.", "<!--"]) highlight(part.repeat(20_000), "ts");
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
