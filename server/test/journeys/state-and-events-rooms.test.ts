import { afterAll, describe, expect, test } from "bun:test";
import { anonymous, buildRegistration, sendText } from "../kit/person.ts";
import { type Act, done, messagePath, reply, type Scene, Stage } from "../kit/stage.ts";

const stage = await Stage.open();
afterAll(() => stage.app.stop());
const { root, ann, bob, cat, dan } = stage.cast;

const threadActs: Act[] = [
  ["a reply to oneself", (scene) => reply(cat, scene, scene.messages.bob)],
  [
    "replies to oneself, by several at once",
    (scene) => Promise.all([cat, ann, cat, ann].map((who) => reply(who, scene, scene.messages.bob))),
  ],
  [
    "a reply in a thread that one follows",
    async (scene) => {
      await done(bob.post(messagePath(scene.messages.ann, "/follow")));
      await reply(cat, scene, scene.messages.ann);
      await reply(ann, scene, scene.messages.ann);
    },
  ],
  [
    "a mention in a thread",
    ({ id, messages }) =>
      sendText(cat, id, "bob?", { metadata: { reply_to: messages.ann.message_id, mentions: [bob.id] } }),
  ],
  [
    "a reply of one's own, and an answer to it",
    async (scene) => {
      await reply(bob, scene, scene.messages.ann);
      await reply(cat, scene, scene.messages.ann);
    },
  ],
  [
    "a thread read to its end",
    async (scene) => {
      await reply(cat, scene, scene.messages.bob);
      await done(bob.post(messagePath(scene.messages.bob, "/thread/mark-read")));
    },
  ],
  [
    "a thread read in part",
    async (scene) => {
      const first = await reply(cat, scene, scene.messages.bob);
      await reply(cat, scene, scene.messages.bob);
      await done(bob.post(messagePath(scene.messages.bob, "/thread/mark-read"), { seq: first.seq }));
    },
  ],
  [
    "a thread followed no more, and a reply in it",
    async (scene) => {
      await reply(cat, scene, scene.messages.bob);
      await done(bob.delete(messagePath(scene.messages.bob, "/follow")));
      await reply(cat, scene, scene.messages.bob);
    },
  ],
  [
    "a thread followed again",
    async (scene) => {
      await done(bob.delete(messagePath(scene.messages.bob, "/follow")));
      await reply(cat, scene, scene.messages.bob);
      await done(bob.post(messagePath(scene.messages.bob, "/follow")));
      await reply(cat, scene, scene.messages.bob);
    },
  ],
  [
    "a thread followed before it has a reply",
    ({ messages }) => done(bob.post(messagePath(messages.ann, "/follow"))),
  ],
  [
    "a deleted reply in a thread",
    async (scene) => {
      const sent = await reply(cat, scene, scene.messages.bob);
      await done(cat.delete(messagePath(sent)));
    },
  ],
  [
    "a message to everybody",
    ({ id }) => sendText(ann, id, "all hands", { metadata: { mention_room: true } }),
  ],
  [
    "a message to everybody who is here",
    ({ id }) => sendText(ann, id, "anybody?", { metadata: { mention_here: true } }),
  ],
];

const roomActs: Act[] = [
  [
    "another name and description",
    ({ id }) => done(ann.put(`/v1/rooms/${id}`, { name: "Quay", description: "d" })),
  ],
  ["private", ({ id }) => done(ann.put(`/v1/rooms/${id}`, { visibility: "private" }))],
  [
    "other permissions",
    ({ id }) => done(ann.put(`/v1/rooms/${id}`, { permissions: { post: "admin", pin: "member" } })),
  ],
  ["slow mode", ({ id }) => done(ann.put(`/v1/rooms/${id}`, { slow_mode_seconds: 30 }))],
  [
    "slow mode, and a message in it",
    async ({ id }) => {
      await done(ann.put(`/v1/rooms/${id}`, { slow_mode_seconds: 30 }));
      await done(cat.post(`/v1/rooms/${id}/messages`, { content: "slowly" }));
      expect((await cat.post(`/v1/rooms/${id}/messages`, { content: "too soon" })).status).toBe(429);
    },
  ],
  [
    "slow mode lifted",
    async ({ id }) => {
      await done(ann.put(`/v1/rooms/${id}`, { slow_mode_seconds: 30 }));
      await done(ann.put(`/v1/rooms/${id}`, { slow_mode_seconds: 0 }));
    },
  ],
  ["somebody banned", ({ id }) => done(ann.post(`/v1/rooms/${id}/bans`, { user_id: cat.id }))],
  [
    "a message deleted by whoever keeps order on the server",
    ({ messages }) => done(root.delete(messagePath(messages.cat))),
  ],
  [
    "somebody who accepts an invitation by address",
    async ({ id }) => {
      const { email } = buildRegistration();
      await done(root.post(`/v1/rooms/${id}/members`));
      const { data } = await root.post<{ invitation: { token: string } }>(`/v1/rooms/${id}/invitations`, {
        email,
      });
      const invited = { ...buildRegistration({ email }), invitation_token: data.invitation.token };
      await done(anonymous(stage.app).post("/v1/auth/register", invited));
    },
  ],
  ["somebody who enters", ({ id }) => done(dan.post(`/v1/rooms/${id}/members`))],
  [
    "somebody who is invited",
    ({ id }) => done(bob.post(`/v1/rooms/${id}/invitations`, { user_ids: [dan.id] })),
  ],
  ["somebody who leaves", ({ id }) => done(cat.delete(`/v1/rooms/${id}/members`))],
  ["somebody removed", ({ id }) => done(ann.delete(`/v1/rooms/${id}/members/${cat.id}`))],
  [
    "a message on the room's path",
    ({ id }) => done(cat.post(`/v1/rooms/${id}/messages`, { content: "here" })),
  ],
];

async function prove(scene: Scene, act: Act[1]): Promise<void> {
  const { live, replayed, stored } = await stage.play(scene, act);
  expect(live).toEqual(stored);
  expect(replayed).toEqual(stored);
}

describe("an old state and the frames since, live or replayed, are the present state, after", () => {
  test.each(threadActs)("%s", async (_name, act) => {
    await prove(await stage.buildGroup(), act);
  });

  test.each(roomActs)("in a room: %s", async (_name, act) => {
    await prove(await stage.buildRoom(), act);
  });
});
