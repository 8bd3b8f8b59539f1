import { Person } from "../kit/index.ts";
import { fillWorkspace, type Workspace } from "../kit/workspace.ts";
import { setOffice } from "./office.ts";

/** A little office that has been talking for a while. */
export interface Stage {
  ada: Person;
  /** A customer of the help desk. */
  eva: Person;
  /** Has a second factor. */
  farid: Person;
  group: string;
  direct: string;
  /** Eva's question, with Ada. */
  support: string;
  workspace: Workspace;
  /** A room with a thread and a report. */
  room: string;
  thread: string;
}

const talk = [
  "Sounds good to me.",
  "Let's keep the first page under 200 KB.",
  "I measured it again this morning: 187 KB, brotli.",
  "Nice!",
  "Who takes the call with the customer at three?",
  "I can.",
  "Then I'll prepare the numbers. It's mostly the table from last week with two more columns, and a short note about what changed, so that nobody has to look for it.",
  "Thanks both.",
];

export async function setStage(url: string): Promise<Stage> {
  const names = ["Bob Marsh", "Cleo Okafor", "Daniel Ortiz", "Eva Lindqvist", "Farid Haddad"];
  // The first one runs the server, and answers customers.
  const ada = await Person.register(url, "Ada Lovelace", "ada");
  const [bob, cleo, daniel, eva, farid] = (await Promise.all(
    names.map((name) => Person.register(url, name, name.split(" ")[0]?.toLowerCase())),
  )) as [Person, Person, Person, Person, Person];
  const old = await ada.writeTo(farid);
  await farid.say(old.id, "Welcome to the team! Anything you need, just write.");
  const contract = await ada.writeTo(eva);
  await eva.say(contract.id, "The contract is signed. The copy is in the shared folder.");
  await ada.say(contract.id, "Wonderful, thank you Eva!");
  const group = await ada.group("Launch week", [bob, cleo, daniel]);
  const everybody = [ada, bob, cleo, daniel] as const;
  for (let turn = 0; turn < 24; turn++)
    await (everybody[(turn * 7 + (turn >> 1)) % 4] ?? ada).say(group.id, talk[turn % talk.length] ?? "");
  const morning = await bob.say(
    group.id,
    "Good morning everyone. Today: release notes, the new screenshots, and the last open bug.",
  );
  await cleo.say(group.id, "I have the screenshots, light and dark:\nhttps://example.com/shots/2026-11");
  await daniel.say(
    group.id,
    "The bug is fixed. It was the one where the list jumped when an older page arrived:",
  );
  await daniel.say(group.id, '```ts\nvirtualizer.scrollToIndex(firstUnread, { align: "start" });\n```');
  await ada.say(group.id, `Great work. @${cleo.username} could you put two of them into the README?`, {
    mentions: [cleo.id],
  });
  await cleo.say(group.id, "Done in ten minutes.", { reply_to: morning.message_id });
  await bob.say(group.id, "> Done in ten minutes.\nI'll review it then. **No hurry**, we ship at four.");
  const rooms = await ada.call<{ id: string }>("POST", "/v1/conversations", {
    type: "group",
    title: "Reading circle",
    participant_ids: [eva.id, farid.id],
  });
  await eva.say(rooms.id, "Next time: chapter four. I'll bring the cake.");
  const direct = await ada.writeTo(bob);
  await ada.say(direct.id, "Morning! Did the import finish over night?");
  await bob.say(direct.id, "It did. 40,134 messages in 3.2 seconds, none twice.");
  await bob.say(
    direct.id,
    "I'll write up what changed: batches are **sorted by conversation** now, and `seq` is given in the same commit.",
  );
  await ada.say(direct.id, "That's a lot faster than I hoped.");
  const question = await ada.writeTo(cleo);
  await cleo.say(question.id, "Do you have a minute for the pricing page today?");
  await cleo.say(question.id, "Nothing urgent, tomorrow works too.");
  const support = await setDesk(ada, [bob, cleo, daniel, eva, farid]);
  const { room, thread } = await setRoom(ada, [bob, cleo, daniel]);
  await setOffice({ ada, guarded: farid, others: [bob, cleo, daniel] });
  const workspace = await fillWorkspace(ada);
  return { ada, eva, farid, group: group.id, direct: direct.id, support, workspace, room, thread };
}

/** A room with a thread, an unread one beside it, and something to look at for whoever keeps order. */
async function setRoom(ada: Person, [bob, cleo, daniel]: readonly [Person, Person, Person]) {
  const { id } = await ada.call<{ id: string }>("POST", "/v1/rooms", {
    name: "Harbour",
    description: "Berths, weather and who has the keys.",
    slow_mode_seconds: 30,
    user_ids: [bob.id, cleo.id, daniel.id],
  });
  const root = await ada.say(id, "The ladder at berth 4 is loose. Who can look at it before the weekend?");
  await bob.say(id, "I can on Friday, if somebody lends me a spanner.", { reply_to: root.message_id });
  await cleo.say(id, "There is one in the shed, left of the door.", { reply_to: root.message_id });
  await ada.say(id, "Thank you both!", { reply_to: root.message_id });
  const advert = await daniel.say(id, "CHEAP ENGINES, CALL NOW!! https://example.com/engines");
  await cleo.call("POST", `/v1/messages/${advert.message_id}/report`, {
    reason: "An advert, the third this week",
  });
  return { room: id, thread: root.message_id };
}

type Question = [asker: number, subject: string, message: string];

/** Customers' questions, one of them answered by `agent`. @returns that one's id. */
async function setDesk(agent: Person, people: readonly Person[]): Promise<string> {
  const questions: readonly Question[] = [
    [
      3,
      "The invoice has the wrong address",
      "We moved in May, and the invoice still goes to the old office.",
    ],
    [0, "Import stops at 40 %", "It worked last week. The file has not changed since."],
    [1, "Can I add a second calendar?", "One for the team and one for the house."],
    [4, "Password mail does not come", "I have looked into the spam folder too."],
    [2, "Thank you!", "Everything works again."],
  ];
  const ids: string[] = [];
  for (const [asker, subject, message] of questions) {
    const path = "/v1/support/conversations";
    ids.push((await (people[asker] ?? agent).call<{ id: string }>("POST", path, { subject, message })).id);
  }
  const act = (id: string | undefined, verb: string) =>
    agent.call("POST", `/v1/support/conversations/${id}/${verb}`);
  await act(ids[0], "assign");
  await agent.say(ids[0] ?? "", "Good morning Eva, I have changed it. Shall I send May's invoice once more?");
  await people[3]?.say(ids[0] ?? "", "Yes please, that would help a lot.");
  await act(ids[3], "assign");
  await act(ids[3], "resolve");
  await act(ids[4], "close");
  return ids[0] ?? "";
}
