import { expect, test } from "bun:test";
import { mergeLcov } from "./lcov.ts";

test("a line is covered when any report ran it", () => {
  const onSqlite = "TN:\nSF:server/src/a.ts\nDA:1,1\nDA:2,0\nDA:3,0\nend_of_record\n";
  const onPostgres =
    "SF:server/src/b.ts\nDA:7,4\nend_of_record\nSF:server/src/a.ts\nDA:1,2\nDA:2,5\nDA:3,0\nend_of_record\n";
  const merged = mergeLcov([onSqlite, onPostgres]);
  expect(Object.fromEntries(merged.get("server/src/a.ts") ?? [])).toEqual({ 1: 3, 2: 5, 3: 0 });
  expect(Object.fromEntries(merged.get("server/src/b.ts") ?? [])).toEqual({ 7: 4 });
});
