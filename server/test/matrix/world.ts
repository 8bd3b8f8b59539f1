import type { TestApp } from "../kit/app.ts";
import type { Answer } from "../kit/caller.ts";
import { announce, buildFile, png, put } from "../kit/files.ts";
import { publicKeys, uploadKeys } from "../kit/keys.ts";
import { invite } from "../kit/organization.ts";
import { buildGroup, loginAgain, register, sendText } from "../kit/person.ts";
import { type ActorName, type Cast, isPerson } from "./cast.ts";

/** What must be in no answer to somebody who may not see it. */
export const secrets = {
  /** Names what is the owner's alone. */
  owner: "Secret-of-the-owner",
  /** Names the group, and is said in it. */
  group: "Secret-of-the-group",
  /** Names what the default organization shares. */
  house: "Secret-of-the-house",
} as const;

/** What the names of `World` stand for: ids, a token, a signed query. */
export interface World {
  organization: string;
  owner: string;
  member: string;
  banned: string;
  bystander: string;
  loner: string;
  group: string;
  message: string;
  room: string;
  roomMessage: string;
  report: string;
  support: string;
  file: string;
  upload: string;
  uploadQuery: string;
  avatar: string;
  avatarQuery: string;
  notification: string;
  invitation: string;
  token: string;
  apiKey: string;
  session: string;
  workspace: string;
  ai: string;
  question: string;
  category: string;
  key: string;
}

export interface Stage {
  app: TestApp;
  cast: Cast;
  world: World;
}

type Made = Promise<Partial<World>>;

const idIn = (answer: Answer, field = "id") => String(answer.data[field]);

/** Makes one more of something, so that a call which uses it up leaves the others theirs. */
export const makers = {
  group: async ({ cast: { people, bystander } }: Stage): Made => {
    const { owner, member, guest, viewer } = people;
    const group = await buildGroup(owner, [member, guest, viewer, bystander], { title: secrets.group });
    return { group: group.id };
  },
  message: async ({ cast: { people }, world: { group } }: Stage): Made => ({
    message: (await sendText(people.owner, group, secrets.group)).message_id,
  }),
  room: async ({ cast: { people, bystander } }: Stage): Made => {
    const { owner, member, viewer } = people;
    const body = {
      name: secrets.house,
      visibility: "public",
      user_ids: [member, viewer, bystander].map(({ id }) => id),
    };
    return { room: idIn(await owner.post("/v1/rooms", body)) };
  },
  roomMessage: async ({ cast: { people }, world: { room } }: Stage): Made => ({
    roomMessage: (await sendText(people.owner, room, secrets.house)).message_id,
  }),
  report: async ({ cast: { people }, world: { roomMessage } }: Stage): Made => ({
    report: idIn(await people.member.post(`/v1/messages/${roomMessage}/report`, {})),
  }),
  support: async ({ cast: { people } }: Stage): Made => {
    const body = { subject: "A question", message: "How does it work?" };
    return { support: idIn(await people.owner.post("/v1/support/conversations", body)) };
  },
  /** Shared in the group. */
  file: async ({ cast: { people }, world: { group } }: Stage): Made => {
    const { file_id: file } = await buildFile(people.owner, png, { file_name: `${secrets.group}.png` });
    await sendText(people.owner, group, secrets.group, {
      message_type: "file",
      metadata: { attachments: [file] },
    });
    return { file };
  },
  upload: async ({ cast: { people } }: Stage): Made => {
    const { data } = await announce(people.owner, { file_name: `${secrets.owner}.png` });
    await put(data.upload_url, png);
    return { upload: data.file_id, uploadQuery: new URL(data.upload_url).search };
  },
  avatar: async ({ cast: { people } }: Stage): Made => {
    const { file_id: avatar } = await buildFile(people.owner);
    const { data } = await people.owner.put<{ avatar_url: string }>("/v1/users/me/avatar", {
      file_id: avatar,
    });
    return { avatar, avatarQuery: new URL(data.avatar_url).search };
  },
  notification: async ({ cast: { people, bystander } }: Stage): Made => {
    await bystander.post(`/v1/users/${people.owner.id}/friend`);
    const { data } = await people.owner.get<{ notifications: { id: string }[] }>("/v1/notifications");
    return { notification: data.notifications[0]?.id ?? "none" };
  },
  invitation: async ({ cast: { people, organizationId } }: Stage): Made => {
    const { id, token } = await invite(people.admin, organizationId, { email: "somebody@else.test" });
    return { invitation: id, token };
  },
  apiKey: async ({ cast: { people } }: Stage): Made => ({
    apiKey: idIn(await people.owner.post("/v1/api-keys", { name: "Reader", scopes: ["read"] })),
  }),
  /** Another sign-in of the caller's. */
  session: async ({ app, cast: { people } }: Stage, actor: ActorName): Made => ({
    session: (await loginAgain(app, isPerson(actor) ? people[actor] : people.owner)).sessionId,
  }),
  workspace: async ({ cast: { people } }: Stage): Made => {
    const body = { workspace_path: "/secret", name: secrets.owner, tags: ["secret"] };
    return { workspace: idIn(await people.owner.post("/api/v5/sessions", body), "session_id") };
  },
  ai: async ({ cast: { people } }: Stage): Made => ({
    ai: idIn(await people.owner.post("/api/v5/conversations", { title: secrets.owner }), "conversation_id"),
  }),
  question: async ({ cast: { people }, world: { ai } }: Stage): Made => {
    const body = { role: "User", content: secrets.owner };
    const answer = await people.owner.post(`/api/v5/conversations/${ai}/messages`, body);
    return { question: idIn(answer, "message_id") };
  },
  setting: async ({ cast: { people }, world: { category, key } }: Stage): Made => {
    await people.owner.put(`/api/v5/settings/${category}/${key}`, { value: secrets.owner });
    return {};
  },
  /** Somebody to whom anything may be done. */
  account: async ({ app }: Stage): Made => ({ bystander: (await register(app)).id }),
  ban: async ({ cast: { people }, world: { bystander } }: Stage): Made => {
    await people.admin.post(`/v1/admin/users/${bystander}/ban`, { reason: "A test" });
    return {};
  },
} satisfies Record<string, (stage: Stage, actor: ActorName) => Made>;

export type MakerName = keyof typeof makers;

/** Everything that the table's paths and bodies name, with somebody removed from the group and somebody banned. */
export async function buildWorld(app: TestApp, cast: Cast): Promise<Stage> {
  const { people, bystander, loner, organizationId } = cast;
  const { owner, admin, member, removed, banned } = people;
  const world = {
    organization: organizationId,
    owner: owner.id,
    member: member.id,
    banned: banned.id,
    bystander: bystander.id,
    loner: loner.id,
    category: "editor",
    key: "secret",
  } as World;
  const stage: Stage = { app, cast, world };
  const order: MakerName[] = ["group", "room", "roomMessage", "report", "support"];
  for (const name of order) Object.assign(world, await makers[name](stage, "owner"));
  const participants = `/v1/conversations/${world.group}/participants`;
  await owner.post(participants, { user_ids: [removed.id, banned.id] });
  await owner.delete(`${participants}/${removed.id}`);
  await uploadKeys(bystander, { one_time_pre_keys: publicKeys(100) });
  await removed.delete("/v1/notifications");
  await admin.post(`/v1/admin/users/${banned.id}/ban`, { reason: "A test" });
  await owner.post(`/v1/rooms/${world.room}/bans`, { user_id: loner.id });
  const rest: MakerName[] = [
    "message",
    "file",
    "upload",
    "avatar",
    "notification",
    "invitation",
    "apiKey",
    "session",
  ];
  for (const name of [...rest, "workspace", "ai", "question", "setting"] as MakerName[])
    Object.assign(world, await makers[name](stage, "owner"));
  return stage;
}
