import { afterAll, describe, expect, test } from "bun:test";
import { type Person, sendText } from "../kit/person.ts";
import type { JsonObject } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { type Act, done, messagePath, path, reply, type Scene, Stage } from "../kit/stage.ts";

const stage = await Stage.open();
afterAll(() => stage.app.stop());
const { ann, bob, cat, dan } = stage.cast;
const emoji = (text: string) => `?emoji=${encodeURIComponent(text)}`;

async function overSocket(who: Person, frame: JsonObject, answered: string): Promise<void> {
  const socket = await TestSocket.connect(stage.app, who);
  socket.send(frame);
  await socket.next(answered);
  await socket.close();
}

const messageActs: Act[] = [
  ["a message of somebody else", (scene) => sendText(cat, scene.id, "hello")],
  ["a message of one's own from another device", (scene) => sendText(bob, scene.id, "hello")],
  [
    "a message over the socket",
    ({ id }) => overSocket(cat, { type: "chat", conversation_id: id, content: "quick" }, "ack"),
  ],
  [
    "a message that was sent before",
    async ({ id }) => {
      const key = { client_message_id: "k" };
      await sendText(cat, id, "once", key);
      await sendText(cat, id, "once", key);
    },
  ],
  [
    "a message with a mention",
    ({ id }) => sendText(ann, id, "look", { metadata: { mentions: [bob.id], theme: "dark" } }),
  ],
  ["a reply", (scene) => reply(cat, scene, scene.messages.ann)],
  ["a reply to a reply", async (scene) => reply(ann, scene, await reply(cat, scene, scene.messages.ann))],
  ["an edit", ({ messages }) => done(cat.patch(messagePath(messages.cat), { content: "better" }))],
  [
    "an edit of a message with reactions",
    ({ messages }) => done(ann.patch(messagePath(messages.ann), { content: "better" })),
  ],
  ["a deletion by the author", ({ messages }) => done(cat.delete(messagePath(messages.cat)))],
  ["a deletion by an admin", ({ messages }) => done(ann.delete(messagePath(messages.bob)))],
  ["a deletion of a message with reactions", ({ messages }) => done(ann.delete(messagePath(messages.ann)))],
  [
    "a deletion asked for twice",
    async ({ messages }) => {
      await done(cat.delete(messagePath(messages.cat)));
      await done(cat.delete(messagePath(messages.cat)));
    },
  ],
  [
    "sent, edited and deleted again",
    async ({ id }) => {
      const sent = await sendText(cat, id, "oops");
      await done(cat.patch(messagePath(sent), { content: "ooops" }));
      await done(cat.delete(messagePath(sent)));
    },
  ],
  [
    "many messages at once",
    ({ id }) =>
      Promise.all(Array.from({ length: 30 }, (_, index) => sendText(index % 2 ? cat : bob, id, `m${index}`))),
  ],
];

const annotationActs: Act[] = [
  [
    "a first reaction",
    ({ messages }) => done(cat.post(messagePath(messages.bob, "/react"), { emoji: "🎉" })),
  ],
  [
    "a second one of the same emoji",
    ({ messages }) => done(cat.post(messagePath(messages.ann, "/react"), { emoji: "👍" })),
  ],
  [
    "a reaction with another emoji",
    ({ messages }) => done(cat.post(messagePath(messages.ann, "/reactions"), { emoji: "👀" })),
  ],
  [
    "a reaction given twice",
    async ({ messages }) => {
      await done(cat.post(messagePath(messages.bob, "/react"), { emoji: "🎉" }));
      await done(cat.post(messagePath(messages.bob, "/react"), { emoji: "🎉" }));
    },
  ],
  [
    "the last reaction taken back",
    ({ messages }) => done(ann.delete(messagePath(messages.ann, `/react${emoji("👍")}`))),
  ],
  [
    "the first of two reactions taken back",
    async ({ messages }) => {
      await done(cat.post(messagePath(messages.ann, "/react"), { emoji: "👍" }));
      await done(cat.post(messagePath(messages.ann, "/react"), { emoji: "👀" }));
      await done(ann.delete(messagePath(messages.ann, `/react${emoji("👍")}`)));
    },
  ],
  [
    "an emoji that goes and comes again",
    async ({ messages }) => {
      await done(cat.post(messagePath(messages.ann, "/react"), { emoji: "👀" }));
      await done(ann.delete(messagePath(messages.ann, `/react${emoji("👍")}`)));
      await done(ann.post(messagePath(messages.ann, "/react"), { emoji: "👍" }));
    },
  ],
  [
    "a reaction that was never there taken back",
    ({ messages }) => done(cat.delete(messagePath(messages.ann, `/react${emoji("🎉")}`))),
  ],
  [
    "reactions of all at once",
    ({ messages }) =>
      done(...[ann, bob, cat].map((who) => who.post(messagePath(messages.cat, "/react"), { emoji: "🔥" }))),
  ],
  ["a pin", ({ messages }) => done(ann.post(messagePath(messages.ann, "/pin")))],
  ["a pin taken off", ({ messages }) => done(ann.delete(messagePath(messages.cat, "/pin")))],
  [
    "a pin set twice",
    async ({ messages }) => {
      await done(ann.post(messagePath(messages.bob, "/pin")));
      await done(ann.post(messagePath(messages.bob, "/pin")));
    },
  ],
  ["a deletion of a pinned message", ({ messages }) => done(ann.delete(messagePath(messages.cat)))],
];

const conversationActs: Act[] = [
  ["another title", (scene) => done(ann.patch(path(scene), { title: "Renamed" }))],
  [
    "another description and picture",
    (scene) =>
      done(ann.patch(path(scene), { description: "about", avatar_url: "https://example.test/a.png" })),
  ],
  ["encryption turned on", (scene) => done(ann.put(path(scene, "/settings"), { is_e2ee_enabled: true }))],
  [
    "encryption turned on and off",
    async (scene) => {
      await done(ann.put(path(scene, "/settings"), { is_e2ee_enabled: true }));
      await done(ann.put(path(scene, "/settings"), { is_e2ee_enabled: false }));
    },
  ],
  ["somebody added", (scene) => done(ann.post(path(scene, "/participants"), { user_ids: [dan.id] }))],
  [
    "somebody added who is in",
    (scene) =>
      done(ann.post(path(scene, "/participants"), { user_ids: [cat.id, dan.id], role: "moderator" })),
  ],
  ["somebody removed", (scene) => done(ann.delete(path(scene, `/participants/${cat.id}`)))],
  [
    "somebody removed and added again",
    async (scene) => {
      await done(ann.delete(path(scene, `/participants/${cat.id}`)));
      await done(ann.post(path(scene, "/participants"), { user_ids: [cat.id], role: "moderator" }));
    },
  ],
  [
    "somebody who came and went",
    async (scene) => {
      await done(ann.post(path(scene, "/participants"), { user_ids: [dan.id] }));
      await done(ann.delete(path(scene, `/participants/${dan.id}`)));
    },
  ],
  ["somebody who leaves", (scene) => done(cat.post(path(scene, "/leave")))],
  ["the last admin who leaves", (scene) => done(ann.post(path(scene, "/leave")))],
  ["another role", (scene) => done(ann.patch(path(scene, `/participants/${cat.id}`), { role: "moderator" }))],
  [
    "the last admin who steps down",
    (scene) => done(ann.patch(path(scene, `/participants/${ann.id}`), { role: "member" })),
  ],
];

const ownActs: Act[] = [
  ["all read", (scene) => done(bob.post(path(scene, "/mark-read"), {}))],
  ["some read", (scene) => done(bob.post(path(scene, "/mark-read"), { seq: scene.messages.ann.seq }))],
  [
    "read over the socket",
    async (scene) => {
      const socket = await TestSocket.connect(stage.app, bob);
      socket.send({ type: "read", conversation_id: scene.id, seq: scene.messages.cat.seq });
      await socket.next((frame) => frame.type === "read_receipt" && frame.user_id === bob.id);
      await socket.close();
    },
  ],
  ["archived", (scene) => done(bob.post(path(scene, "/archive"), { archived: true }))],
  [
    "archived and brought back by a message",
    async (scene) => {
      await done(bob.post(path(scene, "/archive"), { archived: true }));
      await sendText(cat, scene.id, "are you there?");
    },
  ],
  ["muted", (scene) => done(bob.post(path(scene, "/mute"), {}))],
  [
    "muted and no more",
    async (scene) => {
      await done(bob.post(path(scene, "/mute"), {}));
      await done(bob.delete(path(scene, "/mute")));
    },
  ],
  ["deleted for oneself", (scene) => done(bob.delete(path(scene)))],
  ["archived by somebody else", (scene) => done(cat.post(path(scene, "/archive"), { archived: true }))],
];

async function prove(scene: Scene, act: Act[1]): Promise<void> {
  const { live, replayed, stored } = await stage.play(scene, act);
  expect(live).toEqual(stored);
  expect(replayed).toEqual(stored);
}

describe("an old state and the frames since, live or replayed, are the present state, after", () => {
  test.each([...messageActs, ...annotationActs, ...conversationActs, ...ownActs])(
    "%s",
    async (_name, act) => {
      await prove(await stage.buildGroup(), act);
    },
  );

  test("everything at once", async () => {
    const acts = [...messageActs.slice(0, 7), ...annotationActs.slice(0, 3), ...conversationActs.slice(0, 2)];
    const scene = await stage.buildGroup();
    await prove(scene, () => Promise.all(acts.map(([, act]) => act(scene))));
  });
});
