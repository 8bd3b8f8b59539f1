import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, isoTime, uuidV7 } from "../kit/expectations.ts";
import { buildDirect, buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { JsonObject } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { makeAgent } from "../kit/support.ts";
import { until } from "../kit/until.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);

interface Notification {
  id: string;
  kind: string;
  title: string;
  body: string;
  data: JsonObject;
  read_at: string | null;
  created_at: string;
}
interface Page {
  notifications: Notification[];
  next_cursor: string | null;
  unread_count: number;
}

async function listOf(person: Person, query = ""): Promise<Page> {
  return (await person.get<Page>(`/v1/notifications${query}`)).data;
}

async function kindsOf(person: Person): Promise<string[]> {
  return (await listOf(person)).notifications.map(({ kind }) => kind);
}

describe("a message", () => {
  test("is told to whoever had no live connection, as soon as they ask", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const chat = await buildDirect(ann, ben);
    const message = await sendText(ann, chat.id, "Are you\nthere?");
    const { notifications, unread_count } = await listOf(ben);
    expect(unread_count).toBe(1);
    expect(notifications).toEqual([
      {
        id: expect.stringMatching(uuidV7),
        kind: "message",
        title: ann.displayName,
        body: "Are you there?",
        data: { conversation_id: chat.id, message_id: message.message_id, seq: 1, sender_id: ann.id },
        read_at: null,
        created_at: message.created_at,
      },
    ]);
    expect(await listOf(ann)).toEqual({ notifications: [], next_cursor: null, unread_count: 0 });
  });

  test("is not told to whoever is connected, nor what the server itself says", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [ben]);
    const socket = await TestSocket.connect(app, ben);
    await sendText(ann, group.id, "You see this");
    await socket.next("chat");
    await ann.put(`/v1/conversations/${group.id}/settings`, { is_e2ee_enabled: true });
    await socket.close();
    await ann.put(`/v1/conversations/${group.id}/settings`, { is_e2ee_enabled: false });
    expect(await kindsOf(ben)).toEqual([]);
  });

  test("in a group is told with the group's title and the writer's name", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [ben], { title: "Boat house" });
    await sendText(ann, group.id, "The key works again.");
    const [first] = (await listOf(ben)).notifications;
    expect(first).toMatchObject({ title: "Boat house", body: `${ann.displayName}: The key works again.` });
    await ann.patch(`/v1/conversations/${group.id}`, { title: "Repair day" });
    await sendText(ann, group.id, "The gutter too.");
    expect((await listOf(ben)).notifications[0]?.title).toBe("Repair day");
  });

  test("counts as read once it is read in its conversation, wherever that was", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const chat = await buildDirect(ann, ben);
    await sendText(ann, chat.id, "One");
    await sendText(ann, chat.id, "Two");
    await listOf(ben);
    await ben.post(`/v1/conversations/${chat.id}/mark-read`, { seq: 1 });
    const all = await listOf(ben);
    expect(all.unread_count).toBe(1);
    expect(all.notifications.map(({ body, read_at }) => [body, read_at === null])).toEqual([
      ["Two", true],
      ["One", false],
    ]);
    expect(all.notifications[1]?.read_at).toMatch(isoTime);
    expect((await listOf(ben, "?unread=true")).notifications.map(({ body }) => body)).toEqual(["Two"]);
    expect((await listOf(ben, "?unread=false")).notifications).toHaveLength(2);
  });

  test("shows what it says now: the edit, and nothing once it is deleted or its reader has left", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [ben]);
    const [kept, gone] = [await sendText(ann, group.id, "Dry"), await sendText(ann, group.id, "Secret")];
    await listOf(ben);
    await ann.patch(`/v1/messages/${kept.message_id}`, { content: "Damp" });
    await ann.delete(`/v1/messages/${gone.message_id}`);
    const bodies = async () => (await listOf(ben)).notifications.map(({ body }) => body);
    expect(await bodies()).toEqual(["", `${ann.displayName}: Damp`]);
    await ann.delete(`/v1/conversations/${group.id}/participants/${ben.id}`);
    expect(await bodies()).toEqual(["", ""]);
  });

  test("is not told from a muted conversation, but a mention is", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [ben]);
    await ben.post(`/v1/conversations/${group.id}/mute`);
    await sendText(ann, group.id, "Nothing for you");
    await sendText(ann, group.id, "Ben?", { metadata: { mentions: [ben.id] } });
    expect(await kindsOf(ben)).toEqual(["mention"]);
  });

  test("is not told any more to whoever has 20 unread ones there already", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const chat = await buildDirect(ann, ben);
    for (let count = 0; count < 25; count++) await sendText(ann, chat.id, `Message ${count}`);
    expect((await listOf(ben, "?limit=100")).notifications).toHaveLength(20);
    await ben.post(`/v1/conversations/${chat.id}/mark-read`);
    await sendText(ann, chat.id, "And again");
    expect((await listOf(ben, "?limit=100")).notifications[0]?.body).toBe("And again");
  });

  test("of somebody whom one has blocked is not told", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [ben]);
    await ben.post(`/v1/users/${ann.id}/block`);
    await sendText(ann, group.id, "Ben?", { metadata: { mentions: [ben.id] } });
    await sendText(ann, group.id, "Ben!");
    expect(await kindsOf(ben)).toEqual([]);
  });
});

describe("a mention", () => {
  test("is told once, also to whoever is connected, as a frame to their own connections", async () => {
    const [ann, ben, cleo] = [await register(app), await register(app), await register(app)];
    const group = await buildGroup(ann, [ben, cleo]);
    const [bens, cleos] = [await TestSocket.connect(app, ben), await TestSocket.connect(app, cleo)];
    await sendText(ann, group.id, "Ben, the floor?", { metadata: { mentions: [ben.id, ben.id] } });
    const frame = await bens.next("notification");
    expect(frame).toMatchObject({
      kind: "mention",
      body: `${ann.displayName}: Ben, the floor?`,
      read_at: null,
    });
    await cleos.none("notification");
    const { notifications } = await listOf(ben);
    expect(notifications).toHaveLength(1);
    expect(notifications[0]?.id).toBe(String(frame.id));
    await Promise.all([bens.close(), cleos.close()]);
  });
});

describe("an invitation", () => {
  test("is told to whoever is added to a conversation by somebody else", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [await register(app)], { title: "Boat house" });
    await ann.post(`/v1/conversations/${group.id}/participants`, { user_ids: [ben.id] });
    const [first] = (await listOf(ben)).notifications;
    expect(first).toMatchObject({
      kind: "invitation",
      title: "Boat house",
      body: `${ann.displayName} added you.`,
      data: { conversation_id: group.id, by: ann.id },
    });
  });

  test("to friendship is told too", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    await ann.post(`/v1/users/${ben.id}/friend`);
    expect((await listOf(ben)).notifications[0]).toMatchObject({
      kind: "friend_request",
      data: { user_id: ann.id },
    });
  });
});

describe("the list", () => {
  test("is newest first, in pages that neither skip nor repeat while new ones come", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const chat = await buildDirect(ann, ben);
    for (const text of ["1", "2", "3", "4", "5"]) await sendText(ann, chat.id, text);
    const first = await listOf(ben, "?limit=2");
    await sendText(ann, chat.id, "6");
    const second = await listOf(ben, `?limit=2&cursor=${first.next_cursor}`);
    const third = await listOf(ben, `?limit=2&cursor=${second.next_cursor}`);
    const bodies = [first, second, third].map((page) => page.notifications.map(({ body }) => body));
    expect(bodies).toEqual([["5", "4"], ["3", "2"], ["1"]]);
    expect(third.next_cursor).toBeNull();
  });

  test("refuses bad limits, cursors and flags", async () => {
    for (const query of ["?limit=0", "?limit=101", "?cursor=nonsense", "?unread=maybe"])
      expectRefusal(await admin.get(`/v1/notifications${query}`), 400, "VALIDATION_ERROR");
  });

  test("is marked as read one by one, and emptied; nobody reaches another's", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    await ann.post(`/v1/users/${ben.id}/friend`);
    const [{ id } = { id: "" }] = (await listOf(ben)).notifications;
    expectRefusal(await ann.patch(`/v1/notifications/${id}/read`), 404, "NOT_FOUND");
    const read = await ben.patch<Notification>(`/v1/notifications/${id}/read`);
    expect(read.data.read_at).toMatch(isoTime);
    expect((await ben.patch<Notification>(`/v1/notifications/${id}/read`)).data.read_at).toBe(
      read.data.read_at,
    );
    expect((await listOf(ben)).unread_count).toBe(0);
    expectRefusal(await ben.patch("/v1/notifications/nonsense/read"), 400, "VALIDATION_ERROR");

    expect((await ann.delete("/v1/notifications")).data).toEqual({ deleted: 0 });
    expect((await listOf(ben)).notifications).toHaveLength(1);
    expect((await ben.delete("/v1/notifications")).data).toEqual({ deleted: 1 });
    expect((await listOf(ben)).notifications).toEqual([]);
  });
});

describe("the settings", () => {
  test("are by kind and channel, change only where they are named, and may be sent back as they came", async () => {
    const ann = await register(app);
    const first = await ann.get("/v1/notifications/settings");
    const unchanged = { "if-none-match": first.headers.get("etag") ?? "" };
    expect((await ann.get("/v1/notifications/settings", unchanged)).status).toBe(304);
    const before = first.data;
    expect(before.settings).toMatchObject({
      message: { in_app: true, web_push: true },
      mention: { in_app: true },
    });
    const changed = await ann.post("/v1/notifications/settings", {
      settings: { message: { in_app: false } },
    });
    const settings = before.settings as Record<string, JsonObject>;
    const wanted = { settings: { ...settings, message: { ...settings.message, in_app: false } } };
    expect(changed.data).toEqual(wanted);
    expect((await ann.post("/v1/notifications/settings", changed.data)).data).toEqual(wanted);
    expect((await ann.get("/v1/notifications/settings")).data).toEqual(wanted);
  });

  test("hold from the next event on", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const chat = await buildDirect(ann, ben);
    await ben.post("/v1/notifications/settings", {
      settings: { message: { in_app: false, email: false, web_push: false } },
    });
    await sendText(ann, chat.id, "Quietly");
    await ann.post(`/v1/users/${ben.id}/friend`);
    expect(await kindsOf(ben)).toEqual(["friend_request"]);
  });

  test("refuse unknown kinds and ill-typed channels, changing nothing", async () => {
    const ann = await register(app);
    const before = (await ann.get("/v1/notifications/settings")).data;
    for (const settings of [{ nonsense: { in_app: true } }, { message: { in_app: "yes" } }, 7])
      expectRefusal(await ann.post("/v1/notifications/settings", { settings }), 400, "VALIDATION_ERROR");
    expect((await ann.get("/v1/notifications/settings")).data).toEqual(before);
  });
});

describe("support", () => {
  test("tells all agents of a customer who waits, and one to whom a conversation is handed", async () => {
    const [customer, agent] = [await register(app), await register(app)];
    await makeAgent(admin, agent);
    const asked = await customer.post("/v1/support/conversations", {
      subject: "The key",
      message: "It is stuck.",
    });
    const told = async () => {
      const { notifications } = await listOf(agent);
      return notifications.filter(({ kind }) => kind === "support_assignment").map(({ body }) => body);
    };
    await until("the agent is told", async () => (await told()).length > 0);
    expect(await told()).toEqual(["A customer waits for an agent."]);
    await admin.post(`/v1/support/conversations/${asked.data.id}/assign`, { agent_id: agent.id });
    expect((await told())[0]).toBe(`${admin.displayName} handed you this conversation.`);
  });
});

describe("a mail", () => {
  interface Mail {
    kind: string;
    to: string;
    subject: string;
    text: string | null;
  }

  async function mailsTo(person: Person): Promise<Mail[]> {
    const { mails } = (await admin.get<{ mails: Mail[] }>("/v1/admin/mails?limit=100")).data;
    return mails.filter(({ to }) => to === person.email);
  }

  test("comes of the kinds that one wants to hear of by mail, and links into the conversation", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const chat = await buildDirect(ann, ben);
    await sendText(ann, chat.id, "Without a mail");
    await listOf(ben);
    await ben.post("/v1/notifications/settings", { settings: { message: { email: true, in_app: false } } });
    await sendText(ann, chat.id, "To an address that nobody has confirmed");
    await ben.delete("/v1/notifications");
    const text = (await mailsTo(ben)).find(({ kind }) => kind === "email_verification")?.text ?? "";
    const [, token] = /#token=([\w-]{43})/.exec(text) ?? [];
    expect((await ben.post("/v1/auth/email/verify", { token })).status).toBe(200);
    await sendText(ann, chat.id, "With one");
    await ben.delete("/v1/notifications");
    const bens = (await mailsTo(ben)).filter(({ subject }) => subject === ann.displayName);
    expect(bens).toHaveLength(1);
    expect(bens[0]?.text).toContain("With one");
    expect(bens[0]?.text).toContain(`${app.url}/c/${chat.id}`);
  });
});

describe("an announcement", () => {
  test("reaches everybody who is connected, and is stored for nobody", async () => {
    const [ann, ben] = [await register(app), await register(app)];
    const socket = await TestSocket.connect(app, ben);
    const answer = await admin.post("/v1/admin/announcements", { message: "Back in a minute." });
    expect(answer.status).toBe(201);
    const frame = await socket.next("notification");
    expect(frame).toMatchObject({ kind: "announcement", body: "Back in a minute.", id: answer.data.id });
    expect(await kindsOf(ann)).toEqual([]);
    expect(await kindsOf(ben)).toEqual([]);
    await socket.close();
  });

  test("is for administrators, and not empty", async () => {
    const ann = await register(app);
    expectRefusal(await ann.post("/v1/admin/announcements", { message: "I am no admin" }), 403, "FORBIDDEN");
    expectRefusal(await admin.post("/v1/admin/announcements", { message: " " }), 400, "VALIDATION_ERROR");
  });
});

describe("two who act at once", () => {
  test("and change different channels of one kind both get what they asked for", async () => {
    const ann = await register(app);
    const change = (channels: JsonObject) =>
      ann.post("/v1/notifications/settings", { settings: { mention: channels } });
    await Promise.all([change({ in_app: false }), change({ email: true }), change({ web_push: false })]);
    const { settings } = (await ann.get("/v1/notifications/settings")).data as { settings: JsonObject };
    expect(settings.mention).toEqual({ in_app: false, email: true, web_push: false });
  });
});
