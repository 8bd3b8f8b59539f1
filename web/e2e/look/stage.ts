import { Person } from "../kit/index.ts";

/** A little office that has been talking for a while. */
export interface Stage {
  ada: Person;
  group: string;
  direct: string;
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
  const names = ["Ada Lovelace", "Bob Marsh", "Cleo Okafor", "Daniel Ortiz", "Eva Lindqvist", "Farid Haddad"];
  const [ada, bob, cleo, daniel, eva, farid] = (await Promise.all(
    names.map((name) => Person.register(url, name)),
  )) as [Person, Person, Person, Person, Person, Person];
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
  return { ada, group: group.id, direct: direct.id };
}
