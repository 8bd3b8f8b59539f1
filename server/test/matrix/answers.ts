import { type ActorName, actorNames } from "./cast.ts";

/**
 * What each kind of route answers to whom. `ok` stands for the route's own success, a bare status for its usual code
 * (`outcomeOf`). People and their places: the owner made everything and is admin of the group and the room; member,
 * guest and viewer are in the group, member and viewer in the (public) room; admin and moderator run the server and are
 * in neither; outsider shares only the organization; removed was in the group; the key reads, as a user of its own.
 */
const answerTable = `
                  owner admin member moderator guest viewer outsider removed foreigner anonymous banned key
  open            ok    ok    ok     ok        ok    ok     ok       ok      ok        ok        ok     ok
  oneself         ok    ok    ok     ok        ok    ok     ok       ok      ok        401       401    ok
  ownChange       ok    ok    ok     ok        ok    ok     ok       ok      ok        401       401    403
  addition        ok    ok    ok     ok        ok    403    ok       ok      ok        401       401    403
  creation        ok    ok    ok     ok        403   403    ok       ok      ok        401       401    403
  directory       ok    ok    ok     ok        403   ok     ok       ok      ok        401       401    ok
  colleague       ok    ok    ok     ok        ok    ok     ok       ok      404       401       401    ok
  colleagueChange ok    ok    ok     ok        ok    ok     ok       ok      404       401       401    403
  acquaintance    ok    ok    ok     ok        403   403    ok       ok      404       401       401    403
  personal        ok    404   404    404       404   404    404      404     404       401       401    404
  personalChange  ok    404   404    404       404   404    404      404     404       401       401    403
  personalWrite   ok    404   404    404       404   403    404      404     404       401       401    403
  private         ok    403   403    403       403   403    403      403     404       401       401    403
  inGroup         ok    403   ok     403       ok    ok     403      403     404       401       401    403
  groupWrite      ok    403   ok     403       ok    403    403      403     404       401       401    403
  groupAdmin      ok    403   403    403       403   403    403      403     404       401       401    403
  room            ok    ok    ok     ok        403   ok     ok       ok      404       401       401    ok
  roomEntry       ok    ok    ok     ok        403   403    ok       ok      404       401       401    403
  inRoom          ok    403   ok     403       403   ok     403      403     404       401       401    403
  roomWrite       ok    403   ok     403       403   403    403      403     404       401       401    403
  roomAdmin       ok    403   403    403       403   403    403      403     404       401       401    403
  roomOrder       ok    ok    403    ok        403   403    403      403     404       401       401    403
  support         ok    ok    403    403       403   403    403      403     404       401       401    403
  agents          403   ok    403    403       403   403    403      403     404       401       401    403
  organization    ok    ok    ok     ok        ok    ok     ok       ok      404       401       401    ok
  members         ok    ok    ok     ok        403   ok     ok       ok      404       401       401    ok
  organizationRun 403   ok    403    403       403   403    403      403     404       401       401    403
  serverRun       403   ok    403    403       403   403    403      403     403       401       401    403
  serverOrder     403   ok    403    ok        403   403    403      403     403       401       401    403
`;

type AnswerKind = string;

const usualCodes: Readonly<Record<string, string>> = {
  "400": "VALIDATION_ERROR",
  "401": "UNAUTHORIZED",
  "403": "FORBIDDEN",
  "404": "NOT_FOUND",
  "409": "CONFLICT",
};

/** `404` as «404 NOT_FOUND», `200` as «200 ok»; one with a code of its own as it stands. */
export function outcomeOf(word: string): string {
  if (word.includes(" ")) return word;
  return `${word} ${usualCodes[word] ?? "ok"}`;
}

/** Each kind's answers by actor: `ok`, or a whole outcome. */
export const answers = readTable(answerTable);

function readTable(table: string): ReadonlyMap<AnswerKind, Readonly<Record<ActorName, string>>> {
  const [head = [], ...lines] = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length > 1);
  if (head.join() !== actorNames.join()) throw new Error("the columns are not the actors");
  return new Map(
    lines.map(([kind = "", ...words]) => {
      if (words.length !== actorNames.length) throw new Error(`${kind} has not one answer for each actor`);
      const of = actorNames.map((actor, column) => {
        const word = words[column] ?? "";
        return [actor, word === "ok" ? word : outcomeOf(word)];
      });
      return [kind, Object.fromEntries(of) as Record<ActorName, string>];
    }),
  );
}
