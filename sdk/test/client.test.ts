import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { buildRegistration } from "../../server/test/kit/person.ts";
import { ParleyError } from "../src/index.ts";
import { closeClients, newClient, nextEvent, online, refusal, signUp } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  closeClients();
  await app.stop();
});

describe("signing in", () => {
  test("registers, and every call after it is the person's own", async () => {
    const client = newClient(app);
    const registration = buildRegistration();
    const user = await client.auth.register(registration);
    expect(user.username).toBe(registration.username);
    expect(client.session?.user_id).toBe(user.id);
    expect((await client.auth.profile()).email).toBe(registration.email);
    expect((await client.sessions.current()).id).toBe(client.session?.session_id ?? "");
  });

  test("takes an e-mail address or a username", async () => {
    const { person } = await signUp(app);
    const client = newClient(app);
    expect((await client.auth.login({ username: person.username, password: person.password })).id).toBe(
      person.id,
    );
    expect((await client.auth.login({ email: person.email, password: person.password })).id).toBe(person.id);
  });

  test("a refusal is an error with the server's code, status, request id and faulty fields", async () => {
    const client = newClient(app);
    const wrong = await refusal(client.auth.login({ username: "nobody", password: "Wrong-Password-1" }));
    expect(wrong).toBeInstanceOf(ParleyError);
    expect([wrong.code, wrong.status]).toEqual(["INVALID_CREDENTIALS", 401]);
    expect(wrong.requestId).not.toBeNull();
    const short = await refusal(client.auth.register(buildRegistration({ password: "short" })));
    expect([short.code, short.details[0]?.path]).toEqual(["VALIDATION_ERROR", "password"]);
  });

  test("without a session a call is refused here, as SIGNED_OUT", async () => {
    expect((await refusal(newClient(app).users.me())).code).toBe("SIGNED_OUT");
  });

  test("logging out ends the session here and on the server, and says so", async () => {
    const { client } = await signUp(app);
    const token = client.session?.kind === "bearer" ? client.session.access_token : "";
    const told = nextEvent(client, "signed_out");
    await client.auth.logout();
    expect((await told).reason).toBe("logout");
    expect(client.session).toBeNull();
    const answer = await fetch(`${app.url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });
});

describe("a server that cannot be reached", () => {
  test("is a NETWORK_ERROR that may be tried again", async () => {
    const client = newClient({ url: "http://127.0.0.1:9" });
    const error = await refusal(client.auth.login({ username: "ada", password: "x" }));
    expect([error.code, error.status, error.isTemporary]).toEqual(["NETWORK_ERROR", 0, true]);
  });

  test("an answer that is not Parley's is a BAD_ANSWER", async () => {
    const stranger = Bun.serve({ port: 0, fetch: () => new Response("<html>", { status: 502 }) });
    const client = newClient({ url: `http://127.0.0.1:${stranger.port}` });
    const error = await refusal(client.auth.login({ username: "ada", password: "x" }));
    await stranger.stop(true);
    expect([error.code, error.status]).toEqual(["BAD_ANSWER", 502]);
  });

  test("a caller's signal and a deadline end a request", async () => {
    const silent = Bun.serve({ port: 0, fetch: () => new Promise<Response>(() => undefined) });
    const client = newClient({ url: `http://127.0.0.1:${silent.port}` }, { timeoutMs: 50 });
    const credentials = { username: "ada", password: "x" };
    expect((await refusal(client.auth.login(credentials))).code).toBe("TIMEOUT");
    expect((await refusal(client.auth.login(credentials, { signal: AbortSignal.timeout(10) }))).code).toBe(
      "ABORTED",
    );
    await silent.stop(true);
  });
});

describe("conversations and messages", () => {
  test("two people talk, each with a client of their own", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    await online(bob.client);
    const conversation = await ann.client.conversations.create({
      type: "direct",
      participant_ids: [bob.person.id],
    });
    const heard = nextEvent(bob.client, "chat");
    const sent = await ann.client.messages.send({
      conversation_id: conversation.id,
      message_type: "text",
      content: "Hello Bob",
    });
    expect((await heard).message_id).toBe(sent.message_id);
    const page = await bob.client.messages.list(conversation.id, { limit: 10 });
    expect(page.messages.map(({ content }) => content)).toEqual(["Hello Bob"]);
    expect((await bob.client.conversations.markRead(conversation.id)).unread_count).toBe(0);
    expect((await ann.client.messages.receipts(sent.message_id))[0]?.read_at).not.toBeNull();
    expect((await ann.client.messages.edit(sent.message_id, "Hello, Bob!")).content).toBe("Hello, Bob!");
    expect((await ann.client.messages.delete(sent.message_id)).deleted_at).not.toBeNull();
  });

  test("history gives all messages page by page, newest first", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const { id } = await ann.client.conversations.create({
      type: "group",
      title: "Numbers",
      participants: [{ user_id: bob.person.id, role: "moderator" }],
    });
    for (let n = 1; n <= 7; n++)
      await ann.client.messages.send({ conversation_id: id, message_type: "text", content: `${n}` });
    const texts: string[] = [];
    for await (const { content } of bob.client.messages.history(id, { limit: 3 })) texts.push(content);
    expect(texts).toEqual(["7", "6", "5", "4", "3", "2", "1"]);
  });

  test("flags and numbers go into a query, and lists come out typed", async () => {
    const { client, person } = await signUp(app);
    const other = await signUp(app);
    const { id } = await client.conversations.create({
      type: "group",
      title: "Quiet",
      participant_ids: [other.person.id],
    });
    await client.conversations.setArchived(id, true);
    expect((await client.conversations.list({ archived: true, limit: 5 })).conversations[0]?.id).toBe(id);
    expect((await client.conversations.list()).conversations).toEqual([]);
    expect((await client.conversations.mute(id)).muted).toBe(true);
    expect((await client.conversations.unmute(id)).muted).toBe(false);
    const { participants } = await client.participants.list(id);
    expect(participants.map(({ user_id }) => user_id).toSorted()).toEqual(
      [person.id, other.person.id].toSorted(),
    );
    expect((await client.presence.list([person.id]))[0]?.user_id).toBe(person.id);
  });
});
