import { expect, test } from "bun:test";
import { csvOf } from "./csv.ts";

const lines = (text: string) => text.replace(/^\uFEFF/, "");

test("a table keeps commas, quotes and lines within their cells", () => {
  expect(
    lines(
      csvOf([
        ["name", "about"],
        ['Ada "A" L.', "one,\ntwo"],
        ["", "Zoë"],
      ]),
    ),
  ).toBe('name,about\r\n"Ada ""A"" L.","one,\ntwo"\r\n,Zoë\r\n');
});

test("what somebody calls themselves is no formula to a program for tables", () => {
  const names = ['=HYPERLINK("http://example.com")', "+1", "-1", "@SUM(A1)", "\tx", "a=b"];
  expect(lines(csvOf(names.map((name) => [name])))).toBe(
    `"'=HYPERLINK(""http://example.com"")"\r\n'+1\r\n'-1\r\n'@SUM(A1)\r\n'\tx\r\na=b\r\n`,
  );
});
