import { describe, expect, test } from "bun:test";
import { plainOf, readMarkup } from "./markup.ts";

const ofOne = (text: string, names: string[] = []) => {
  const [block] = readMarkup(text, new Set(names));
  return block !== undefined && "pieces" in block ? block.pieces : block;
};

describe("formatting in messages", () => {
  test("leaves plain text as it is, lines and spaces too", () => {
    expect(readMarkup("one\n  two\n\nthree")).toEqual([
      { kind: "paragraph", pieces: [{ kind: "text", text: "one\n  two\n\nthree" }] },
    ]);
  });

  test("knows strong, emphasis, struck and code, also inside each other", () => {
    expect(ofOne("**a *b* c** ~~d~~ `e *f*`")).toEqual([
      {
        kind: "strong",
        pieces: [
          { kind: "text", text: "a " },
          { kind: "emphasis", pieces: [{ kind: "text", text: "b" }] },
          { kind: "text", text: " c" },
        ],
      },
      { kind: "text", text: " " },
      { kind: "struck", pieces: [{ kind: "text", text: "d" }] },
      { kind: "text", text: " " },
      { kind: "code", text: "e *f*" },
    ]);
  });

  test.each(["snake_case_name", "2 * 3 * 4", "a*b*c", "**", "****", "_ _", "``", "~~~~"])(
    "sees nothing in «%s»",
    (text) => {
      expect(ofOne(text)).toEqual([{ kind: "text", text }]);
    },
  );

  test("makes links of http and https alone, without the stop or bracket behind", () => {
    expect(ofOne("(see https://example.com/a_(b)?c=*d*).")).toEqual([
      { kind: "text", text: "(see " },
      { kind: "link", text: "https://example.com/a_(b)?c=*d*", href: "https://example.com/a_(b)?c=*d*" },
      { kind: "text", text: ")." },
    ]);
    expect(ofOne("javascript:alert(1)")).toEqual([{ kind: "text", text: "javascript:alert(1)" }]);
  });

  test("marks only those who are mentioned, and an address of mail is no mention", () => {
    expect(ofOne("@ada. and @bob, ada@ada.example", ["ada"])).toEqual([
      { kind: "mention", text: "@ada" },
      { kind: "text", text: ". and @bob, ada@ada.example" },
    ]);
  });

  test("sets code blocks and quotes apart", () => {
    expect(readMarkup("look\n```ts\nconst a = `1`;\n```\n> said\n> so\nyes")).toEqual([
      { kind: "paragraph", pieces: [{ kind: "text", text: "look" }] },
      { kind: "code", language: "ts", text: "const a = `1`;" },
      { kind: "quote", pieces: [{ kind: "text", text: "said\nso" }] },
      { kind: "paragraph", pieces: [{ kind: "text", text: "yes" }] },
    ]);
  });

  test("is left out of a preview, which has one line", () => {
    expect(plainOf("> said\n**Yes**, `now`:\n```\ncode\n```")).toBe("said Yes, now: code");
  });

  test("stays quick on what is made to be slow", () => {
    const started = performance.now();
    for (const text of [
      "*".repeat(10_000),
      "**a".repeat(3_000),
      "_a ".repeat(3_000),
      "```\n".repeat(2_500),
      "~~a ".repeat(2_500),
      "`a".repeat(5_000),
    ])
      readMarkup(text);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});
