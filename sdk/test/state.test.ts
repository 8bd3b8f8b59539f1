import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { SeededRandom } from "../../server/test/faults/seeded-random.ts";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import type { Message, ParleyClient, ParleyEvent } from "../src/index.ts";
import { closeClients, groupOf, nextEvent, online, type SignedUp, signUp, until } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

/** A conversation as one reader knows it: what was read once, and then only what events told. */
interface Picture {
  title: string | null;
  version: number;
  roles: Record<string, string>;
  messages: Map<string, Message>;
}

async function read(client: ParleyClient, id: string): Promise<Picture> {
  const { title, version } = await client.conversations.get(id);
  const { participants } = await client.participants.list(id, { limit: 100 });
  const messages = new Map<string, Message>();
  for await (const message of client.messages.history(id, { limit: 100 }))
    messages.set(message.message_id, message);
  return {
    title,
    version,
    roles: Object.fromEntries(participants.map(({ user_id, role }) => [user_id, role])),
    messages,
  };
}

/** What docs/reference/realtime.md says of each frame, and nothing more. */
function apply(picture: Picture, event: ParleyEvent): void {
  if ("version" in event && typeof event.version === "number")
    picture.version = Math.max(picture.version, event.version);
  switch (event.type) {
    case "chat":
    case "message_edited":
    case "message_deleted":
      picture.messages.set(event.message_id, event);
      return;
    case "reaction_added":
    case "reaction_removed": {
      const message = picture.messages.get(event.message_id);
      if (message === undefined) return;
      const { emoji, count, user_ids, version } = event;
      const others = message.reactions.filter((reaction) => reaction.emoji !== emoji);
      const reactions = count === 0 ? others : [...others, { emoji, count, user_ids }];
      picture.messages.set(event.message_id, { ...message, reactions, version });
      return;
    }
    case "participant_added":
    case "participant_updated":
      picture.roles[event.user_id] = event.role;
      return;
    case "participant_removed":
      delete picture.roles[event.user_id];
      return;
    case "conversation_updated":
      if (event.title !== undefined) picture.title = event.title;
      return;
    default:
      return;
  }
}

/** The parts that everybody sees alike, in an order of their own. */
function comparable({ title, version, roles, messages }: Picture) {
  const shown = [...messages.values()].map((message) => ({
    seq: message.seq,
    content: message.content,
    version: message.version,
    edited_at: message.edited_at,
    deleted_at: message.deleted_at,
    pinned_by: message.pinned_by,
    reactions: message.reactions
      .map(({ emoji, user_ids }) => `${emoji} ${user_ids.toSorted().join()}`)
      .toSorted(),
  }));
  return { title, version, roles, messages: shown.toSorted((a, b) => a.seq - b.seq) };
}

/** One thing that somebody does, often to what is there already. */
async function act(random: SeededRandom, id: string, actors: SignedUp[], guest: SignedUp): Promise<void> {
  const [admin] = actors;
  const { client, person } = random.pick(actors);
  const page = (await client.messages.list(id, { limit: 10 })).messages.filter(
    ({ message_type, deleted_at }) => message_type === "text" && deleted_at === null,
  );
  const own = page.filter(({ sender_id }) => sender_id === person.id);
  const target = (page.length > 0 ? random.pick(page) : undefined)?.message_id ?? "";
  const mine = (own.length > 0 ? random.pick(own) : undefined)?.message_id ?? "";
  const emoji = random.pick(["👍", "🎉"]);
  const say = () => client.outbox.add({ conversation_id: id, content: `says ${random.between(0, 1_000)}` });
  const acts: (() => Promise<unknown>)[] = [
    say,
    say,
    say,
    say,
    () => client.messages.edit(mine, `edited ${random.between(0, 1_000)}`),
    () => client.messages.delete(mine),
    () => client.messages.react(target, emoji),
    () => client.messages.unreact(target, emoji),
    () => client.messages.pin(target),
    () => client.messages.unpin(target),
    () =>
      admin?.client.conversations.update(id, { title: `Title ${random.between(0, 100)}` }) ??
      Promise.resolve(),
    () => admin?.client.participants.add(id, { user_ids: [guest.person.id] }) ?? Promise.resolve(),
    () =>
      admin?.client.participants.changeRole(id, guest.person.id, random.pick(["moderator", "member"])) ??
      Promise.resolve(),
    () => admin?.client.participants.remove(id, guest.person.id) ?? Promise.resolve(),
  ];
  // Some are refused, since what they are about is not there: that must change nothing.
  await random
    .pick(acts)()
    .catch(() => undefined);
}

for (const seed of [1, 2, 3]) {
  test(`state + events = state: what a reader heard, with breaks, is what the server has (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    const [ann, bob, cyd, dan] = [await signUp(app), await signUp(app), await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob, cyd);
    await online(ann.client);
    const reader = bob.client;
    const picture = await read(reader, id);
    reader.on("*", (event) => apply(picture, event));
    await online(reader);
    for (let step = 0; step < 120; step++) {
      await act(random, id, [ann, cyd], dan);
      if (random.chance(0.08)) reader.realtime.disconnect();
      else if (random.chance(0.3) && reader.realtime.state.status === "offline") await online(reader);
    }
    if (reader.realtime.state.status === "offline") await online(reader);
    await until("all is sent", () => [ann, cyd].every(({ client }) => client.outbox.list().length === 0));
    const last = nextEvent(reader, "chat", ({ content }) => content === "the end");
    await ann.client.outbox.add({ conversation_id: id, content: "the end" });
    await last;
    expect(comparable(picture)).toEqual(comparable(await read(ann.client, id)));
    expect(picture.messages.size).toBeGreaterThan(10);
  }, 60_000);
}
