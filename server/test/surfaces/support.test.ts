import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, type ChatList, listChat, sendChat } from "../kit/chat.ts";
import { expectRefusal, outcome } from "../kit/expectations.ts";
import { type Answer, type Person, register, sendText } from "../kit/person.ts";
import type { MessagePage } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";
import { IoClient } from "../kit/socketio.ts";
import {
  leadSupport,
  makeAgent,
  openSupport,
  replyInSupport,
  type SupportConversation,
  supportAs,
  supportPath,
} from "../kit/support.ts";

let app: TestApp;
let admin: Person;
let iris: Person;
let omar: Person;
let ann: Person;
let bob: Person;

const unknownId = "01890000-0000-7000-8000-000000000000";
beforeAll(async () => {
  app = await startApp();
  admin = await register(app);
  [iris, omar, ann, bob] = await Promise.all([register(app), register(app), register(app), register(app)]);
  for (const agent of [iris, omar]) await makeAgent(admin, agent);
});

afterAll(() => app.stop());

describe("opening", () => {
  test("answers the conversation, open and without an agent, with the customer's message in it", async () => {
    const answer = await ann.post<SupportConversation>(supportPath, {
      subject: "Key",
      message: "It does not fit",
    });
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({
      status: "open",
      subject: "Key",
      customer_id: ann.id,
      customer: { display_name: ann.displayName },
      agent_id: null,
      agent: null,
      unread_count: 0,
      seq: 1,
    });
    const { data } = await iris.get<MessagePage>(`${supportPath}/${answer.data.id}/messages`);
    expect(data.messages.map(({ content, sender_id }) => [content, sender_id])).toEqual([
      ["It does not fit", ann.id],
    ]);
  });

  test("needs a message, and a subject that can be read", async () => {
    for (const [body, path] of [
      [{ subject: "x" }, "message"],
      [{ message: " " }, "message"],
      [{ message: "x".repeat(10_001) }, "message"],
      [{ subject: "", message: "x" }, "subject"],
    ] as const)
      expectRefusal(await ann.post(supportPath, body), 400, "VALIDATION_ERROR", path);
  });

  test("on the chat surface makes the same conversation, subject and message being optional", async () => {
    const answer = await ann.post<{ chat: Chat }>("/api/chat/support", {
      subject: "Order",
      initialMessage: "Where?",
    });
    expect(answer.status).toBe(201);
    const { chat } = answer.data;
    expect(chat).toMatchObject({ type: "support", title: "Order", lastMessage: { content: "Where?" } });
    expect(chat.participants.map(({ user, role }) => [user._id, role])).toEqual([[ann.id, "customer"]]);
    expect(await supportAs(iris, chat._id)).toMatchObject({ id: chat._id, subject: "Order", status: "open" });
    expect((await ann.post<{ chat: Chat }>("/api/chat/support", {})).data.chat.title).toBeNull();
    expect((await ann.post("/api/chat/support")).status).toBe(201);
    const listed = (await ann.get<ChatList>("/api/chat?type=support&limit=100")).data.chats;
    expect(listed.map(({ _id }) => _id)).toContain(chat._id);
    const core = await openSupport(ann);
    expect((await listChat(ann, core.id)).messages[0]?.content).toBe("it does not work");
  });
});

describe("who sees what", () => {
  test("customers see their own alone, agents and administrators all", async () => {
    const mine = await openSupport(ann);
    const theirs = await openSupport(bob);
    const ids = async (person: Person, query = "") =>
      (
        await person.get<{ conversations: SupportConversation[] }>(`${supportPath}?limit=100${query}`)
      ).data.conversations.map(({ id }) => id);
    expect(await ids(ann)).toContain(mine.id);
    expect(await ids(ann)).not.toContain(theirs.id);
    expect(await ids(ann, `&customer=${bob.id}`)).toEqual([]);
    for (const agent of [iris, omar, admin])
      expect(await ids(agent)).toEqual(expect.arrayContaining([mine.id, theirs.id]));
    expect(await ids(iris, `&customer=${bob.id}`)).not.toContain(mine.id);
    for (const path of ["", "/messages"]) {
      expect(outcome(await bob.get(`${supportPath}/${mine.id}${path}`))).toBe("403 FORBIDDEN");
      expect(outcome(await iris.get(`${supportPath}/${unknownId}${path}`))).toBe("404 NOT_FOUND");
      expect(outcome(await iris.get(`${supportPath}/x${path}`))).toBe("400 VALIDATION_ERROR");
    }
    expect(outcome(await replyInSupport(bob, mine.id, "mine too"))).toBe("403 FORBIDDEN");
  });

  test("the list filters by status and assignee, and comes in pages", async () => {
    const customer = await register(app);
    const [one, two, three] = [
      await openSupport(customer),
      await openSupport(customer),
      await openSupport(customer),
    ];
    await leadSupport(iris, one.id, "assign");
    await leadSupport(iris, two.id, "assign");
    await leadSupport(iris, two.id, "resolve");
    const list = async (query: string) =>
      (
        await iris.get<{ conversations: SupportConversation[]; next_cursor: string | null }>(
          `${supportPath}?customer=${customer.id}&${query}`,
        )
      ).data;
    const ids = async (query: string) => (await list(query)).conversations.map(({ id }) => id);
    expect(await ids("")).toEqual([three.id, two.id, one.id]);
    expect(await ids("status=open")).toEqual([three.id]);
    expect(await ids("status=resolved")).toEqual([two.id]);
    expect(await ids("assignee=none")).toEqual([three.id]);
    expect(await ids("assignee=me")).toEqual([two.id, one.id]);
    expect(await ids(`assignee=${omar.id}`)).toEqual([]);
    const page = await list("limit=2");
    expect(await ids(`limit=2&cursor=${page.next_cursor}`)).toEqual([one.id]);
    expect(outcome(await iris.get(`${supportPath}?status=lost`))).toBe("400 VALIDATION_ERROR");
  });

  test("the list comes with whoever waits longest first where that is asked for, page by page", async () => {
    const customer = await register(app);
    const opened = [
      await openSupport(customer),
      await openSupport(customer),
      await openSupport(customer),
    ].map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = `customer=${customer.id}&sort=oldest&limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { data }: Answer<{ conversations: SupportConversation[]; next_cursor: string | null }> =
        await iris.get(`${supportPath}?${query}`);
      seen.push(...data.conversations.map(({ id }) => id));
      cursor = data.next_cursor;
    }
    expect(seen).toEqual(opened);
    expectRefusal(await iris.get(`${supportPath}?sort=loudest`), 400, "VALIDATION_ERROR", "sort");
  });

  test("the list says whether the caller is an agent, and agents learn who the others are", async () => {
    const roleOf = async (person: Person) => (await person.get<{ role: string }>(supportPath)).data.role;
    expect([await roleOf(iris), await roleOf(admin), await roleOf(ann)]).toEqual([
      "agent",
      "agent",
      "customer",
    ]);
    const { data } = await omar.get<{ agents: { user_id: string; display_name: string }[] }>(
      "/v1/support/agents",
    );
    const ids = data.agents.map(({ user_id }) => user_id);
    expect(ids).toEqual(expect.arrayContaining([admin.id, iris.id, omar.id]));
    expect(ids).not.toContain(ann.id);
    expect(data.agents.find(({ user_id }) => user_id === iris.id)?.display_name).toBe(iris.displayName);
    expect(outcome(await ann.get("/v1/support/agents"))).toBe("403 FORBIDDEN");
  });

  test("an agent whose flag was taken away sees no more than a customer", async () => {
    const former = await register(app);
    await makeAgent(admin, former);
    const { id } = await openSupport(ann);
    expect((await former.get(`${supportPath}/${id}`)).status).toBe(200);
    await makeAgent(admin, former, false);
    expect(outcome(await former.get(`${supportPath}/${id}`))).toBe("403 FORBIDDEN");
    expect(outcome(await leadSupport(former, id, "assign"))).toBe("403 FORBIDDEN");
  });
});

describe("assigning", () => {
  test("takes it oneself; of two agents at once one gets it, the other 409", async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = await openSupport(ann);
      const answers = await Promise.all([
        leadSupport(iris, id, "assign"),
        leadSupport(omar, id, "assign", {}),
      ]);
      expect(answers.map(outcome).sort()).toEqual(["200 ok", "409 CONFLICT"]);
      const winner = answers.find(({ status }) => status === 200)?.data;
      expect(await supportAs(ann, id)).toMatchObject({ status: "assigned", agent_id: winner?.agent_id });
    }
  });

  test("again by the same agent changes nothing, and hands over to another who is one", async () => {
    const { id } = await openSupport(ann);
    await leadSupport(iris, id, "assign");
    expect(outcome(await leadSupport(iris, id, "assign"))).toBe("200 ok");
    const handed = await leadSupport(iris, id, "assign", { agent_id: omar.id });
    expect(handed.data).toMatchObject({ agent_id: omar.id, agent: { display_name: omar.displayName } });
    expect(outcome(await leadSupport(iris, id, "assign", { agent_id: bob.id }))).toBe("400 VALIDATION_ERROR");
    expect(outcome(await leadSupport(iris, id, "assign", { agent_id: unknownId }))).toBe("404 NOT_FOUND");
    expect((await supportAs(ann, id)).agent_id).toBe(omar.id);
  });

  test("is for agents", async () => {
    const { id } = await openSupport(ann);
    for (const verb of ["assign", "resolve", "close"])
      expect(outcome(await leadSupport(ann, id, verb))).toBe("403 FORBIDDEN");
    expect(outcome(await leadSupport(iris, unknownId, "assign"))).toBe("404 NOT_FOUND");
    expect((await supportAs(ann, id)).status).toBe("open");
  });
});

describe("where it stands", () => {
  test("open, assigned, resolved, closed; a customer's reply takes up again what was resolved", async () => {
    const { id } = await openSupport(ann);
    await leadSupport(iris, id, "assign");
    expect((await leadSupport(iris, id, "resolve")).data.status).toBe("resolved");
    expect((await replyInSupport(ann, id, "still broken")).status).toBe(201);
    expect((await supportAs(ann, id)).status).toBe("assigned");
    expect((await leadSupport(iris, id, "resolve")).data.status).toBe("resolved");
    expect((await replyInSupport(iris, id, "one more thing")).status).toBe(201);
    expect((await supportAs(ann, id)).status).toBe("resolved");
    expect((await leadSupport(iris, id, "close")).data.status).toBe("closed");
  });

  test("without an agent a reopened one is open", async () => {
    const { id } = await openSupport(ann);
    await leadSupport(iris, id, "resolve");
    expect((await leadSupport(ann, id, "reopen")).data.status).toBe("open");
  });

  test("a closed one takes no message on any surface, until an agent opens it again", async () => {
    const { id } = await openSupport(ann);
    await leadSupport(iris, id, "assign");
    await leadSupport(iris, id, "close");
    for (const person of [ann, iris]) {
      expect(outcome(await replyInSupport(person, id, "x"))).toBe("409 CONFLICT");
      const core = { conversation_id: id, message_type: "text", content: "x" };
      expect(outcome(await person.post("/v1/messages", core))).toBe("409 CONFLICT");
      expect(outcome(await person.post(`/api/chat/${id}/messages`, { content: "x" }))).toBe("409 CONFLICT");
    }
    const socket = await TestSocket.connect(app, ann);
    socket.send({ type: "chat", conversation_id: id, content: "x" });
    expect((await socket.next("error")).code).toBe("CONFLICT");
    await socket.close();
    expect(outcome(await leadSupport(iris, id, "resolve"))).toBe("409 CONFLICT");
    expect(outcome(await leadSupport(omar, id, "assign"))).toBe("409 CONFLICT");
    expect(outcome(await leadSupport(ann, id, "reopen"))).toBe("403 FORBIDDEN");
    expect((await leadSupport(iris, id, "reopen")).data.status).toBe("assigned");
    expect((await replyInSupport(ann, id, "thanks")).status).toBe(201);
  });

  test("of replies and a close at once, none is stored after the close", async () => {
    const { id } = await openSupport(ann);
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => replyInSupport(ann, id, `m${index}`)),
      leadSupport(iris, id, "close"),
    ]);
    const { data } = await ann.get<MessagePage>(`${supportPath}/${id}/messages?limit=100`);
    expect(data.messages[0]).toMatchObject({ message_type: "system", metadata: { status: "closed" } });
  });
});

describe("live", () => {
  test("its customer and all agents hear how a conversation stands, agents of its messages too; others nothing", async () => {
    const [customer, agent, other] = await Promise.all(
      [ann, omar, bob].map((person) => TestSocket.connect(app, person)),
    );
    const { id } = await openSupport(ann);
    const of = (status: string) => (frame: { type: string; [field: string]: unknown }) =>
      frame.type === "support_updated" && frame.conversation_id === id && frame.status === status;
    expect(await agent?.next(of("open"))).toMatchObject({
      subject: "Help",
      customer_id: ann.id,
      agent_id: null,
    });
    await customer?.next(of("open"));
    await leadSupport(iris, id, "assign");
    for (const socket of [agent, customer])
      expect(await socket?.next(of("assigned"))).toMatchObject({ agent_id: iris.id });
    const { data } = await replyInSupport(ann, id, "hello?");
    await agent?.next((frame) => frame.type === "support_updated" && frame.seq === data.seq);
    // What another hears of is behind everything before it.
    await bob.post("/v1/messages", {
      conversation_id: (await openSupport(bob)).id,
      message_type: "text",
      content: "x",
    });
    await other?.next((frame) => frame.type === "chat" && frame.content === "x");
    expect(other?.frames.some((frame) => frame.conversation_id === id)).toBe(false);
    await Promise.all([customer?.close(), agent?.close(), other?.close()]);
  });
});

describe("messages", () => {
  test("reach the customer from agents, who take part once they write, and are read", async () => {
    const { id } = await openSupport(ann);
    expect((await supportAs(iris, id)).unread_count).toBe(1);
    expect((await iris.post(`${supportPath}/${id}/read`)).status).toBe(200);
    expect((await replyInSupport(iris, id, "try again")).status).toBe(201);
    expect(await supportAs(iris, id)).toMatchObject({ unread_count: 0, status: "open" });
    expect(await supportAs(ann, id)).toMatchObject({ unread_count: 1 });
    const read = await ann.post<{ unread_count: number }>(`${supportPath}/${id}/read`, {});
    expect(read.data.unread_count).toBe(0);
    const listed = await iris.get<ChatList>("/api/chat?type=support&limit=100");
    expect(listed.data.chats.map(({ _id }) => _id)).toContain(id);
  });

  test("written on another surface obey the same rules", async () => {
    const { id } = await openSupport(ann);
    await sendText(omar, id, "from core");
    await sendChat(ann, id, "from the chat surface");
    const { data } = await ann.get<MessagePage & { next_cursor: string }>(
      `${supportPath}/${id}/messages?limit=1`,
    );
    expect([data.messages[0]?.content, data.has_more]).toEqual(["from the chat surface", true]);
    for (const query of [`page_state=${data.next_page_state}`, `cursor=${data.next_cursor}`]) {
      const older = await ann.get<MessagePage>(`${supportPath}/${id}/messages?${query}`);
      expect(older.data.messages.map(({ content }) => content)).toContain("from core");
    }
  });

  test("reach agents in the room at once, and those of the customer by every socket", async () => {
    const { id } = await openSupport(ann);
    const agent = await IoClient.connect(app, iris);
    const customer = await TestSocket.connect(app, ann);
    await agent.join(id);
    await replyInSupport(ann, id, "are you there?");
    expect((await agent.next("new-message")).message).toMatchObject({ content: "are you there?" });
    await replyInSupport(iris, id, "yes");
    await customer.next((frame) => frame.type === "chat" && frame.content === "yes");
    agent.close();
    await customer.close();
  });

  test("are nobody's to leave: people are not added or removed", async () => {
    const { id } = await openSupport(ann);
    expect(outcome(await ann.post(`/v1/conversations/${id}/participants`, { user_ids: [bob.id] }))).toBe(
      "409 CONFLICT",
    );
    expect((await ann.post(`/v1/conversations/${id}/leave`)).status).toBe(200);
    expect((await supportAs(ann, id)).id).toBe(id);
  });
});
