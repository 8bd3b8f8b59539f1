import { describe, expect, test } from "bun:test";
import { readMarkdown } from "./markdown.ts";

const kinds = (text: string) => readMarkdown(text).map(({ kind }) => kind);

describe("what models write", () => {
  test("is told apart by blocks, without HTML", () => {
    const text =
      "# Title\nSome text\ngoes on\n\n- one\n- two\n\n1. first\n2. second\n> quoted\n---\n| a | b |\n|---|:-:|\n| 1 | 2 |\n<b>plain</b>";
    expect(kinds(text)).toEqual([
      "heading",
      "paragraph",
      "list",
      "list",
      "quote",
      "rule",
      "table",
      "paragraph",
    ]);
    expect(readMarkdown(text).at(-1)).toEqual({ kind: "paragraph", source: "<b>plain</b>" });
  });

  test("keeps code as it is, with its language, also while its end has not come yet", () => {
    expect(readMarkdown("```ts\nconst a = `1`;\n\n# no title\n```\nafter")).toEqual([
      { kind: "code", language: "ts", source: "const a = `1`;\n\n# no title" },
      { kind: "paragraph", source: "after" },
    ]);
    expect(readMarkdown("so:\n```py\nprint(1)")).toEqual([
      { kind: "paragraph", source: "so:" },
      { kind: "code", language: "py", source: "print(1)" },
    ]);
    expect(readMarkdown("````\n```\n````")).toEqual([{ kind: "code", language: "", source: "```" }]);
  });

  test("knows lists within lists, their numbers and lines that go on", () => {
    const [list] = readMarkdown("3. one\n   more\n   - inner\n     - deep\n4. two");
    expect(list).toMatchObject({
      kind: "list",
      ordered: true,
      start: 3,
      items: [
        { text: "one\nmore", depth: 0 },
        { text: "inner", depth: 1 },
        { text: "deep", depth: 2 },
        { text: "two", depth: 0 },
      ],
    });
  });

  test("reads the cells of a table", () => {
    expect(readMarkdown("| a | b |\n| --- | --- |\n| x \\| y | z |")).toMatchObject([
      { kind: "table", head: ["a", "b"], rows: [["x | y", "z"]] },
    ]);
  });

  test("keeps what is shown while more comes: what has not come yet decides about the last two blocks alone", () => {
    const whole = "# A\n\ntext **bold** text\n\n- x\n- y\n\n```js\nlet a;\n```\n\nend";
    let before: string[] = [];
    for (let length = 1; length <= whole.length; length++) {
      const now = readMarkdown(whole.slice(0, length)).map((block) => JSON.stringify(block));
      expect(now.slice(0, Math.max(0, before.length - 2))).toEqual(before.slice(0, -2));
      before = now;
    }
  });

  test("stays quick on what is made to be slow", () => {
    const started = performance.now();
    for (const part of ["|", "- ", "#", "> ", "```", "   ", "1."]) readMarkdown(part.repeat(50_000));
    readMarkdown("- a\n".repeat(20_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
