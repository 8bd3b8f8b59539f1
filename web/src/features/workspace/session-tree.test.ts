import { expect, test } from "bun:test";
import { type Branch, treeOf } from "./session-tree.ts";

interface Session {
  session_id: string;
  parent_session_id: string | null;
}

const shape = (branches: Branch<Session>[]): unknown[] =>
  branches.map(({ session, forks }) => [session.session_id, ...shape(forks)]);

test("forks stand below what they were forked from, in the order of the list", () => {
  const session = (session_id: string, parent_session_id: string | null = null) => ({
    session_id,
    parent_session_id,
  });
  const sessions = [session("c", "a"), session("a"), session("d", "c"), session("b"), session("e", "gone")];
  expect(shape(treeOf(sessions))).toEqual([["a", ["c", ["d"]]], ["b"], ["e"]]);
});
