import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { startMailServer, tokenIn } from "../kit/mail-server.ts";
import { accept, type Invitation, makeOrganization } from "../kit/organization.ts";
import { anonymous, buildRegistration, loginAgain, type Person, register } from "../kit/person.ts";
import type { JsonObject, Participant } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

interface Invited {
  participants: Participant[];
  invitation: Invitation | null;
}

const relay = await startMailServer();
const app = await startApp({
  SMTP_URL: relay.url,
  MAIL_FROM: "office@boats.example",
  PARLEY_RATE_LIMITS: "off",
});
afterAll(async () => {
  await app.stop();
  await relay.stop();
});
/** The server's administrator, who may invite to the organization. */
const root = await register(app);
const bob = await register(app);

async function buildRoom(more: JsonObject = {}): Promise<string> {
  const body = { name: "Cabin", visibility: "private", user_ids: [bob.id], ...more };
  return (await root.post<{ id: string }>("/v1/rooms", body)).data.id;
}
const invite = (who: Person, room: string, email: string) =>
  who.post<Invited>(`/v1/rooms/${room}/invitations`, { email });
const comeIn = async (token: string, email: string) => {
  const body = { ...buildRegistration({ email }), invitation_token: token };
  const answer = await anonymous(app).post("/v1/auth/register", body);
  return { answer, person: answer.status === 201 ? await loginAgain(app, body) : null };
};

describe("an address without an account", () => {
  test("gets a mail, and whoever registers with it is in the room at once", async () => {
    const room = await buildRoom();
    const { email } = buildRegistration();
    const answer = await invite(root, room, email);
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({ participants: [], invitation: { email, role: "Developer" } });
    const mail = await relay.next((each) => each.to.includes(email));
    expect(mail.subject).toStartWith("You are invited to ");
    expect(tokenIn(mail)).toBe(answer.data.invitation?.token ?? "");
    const socket = await TestSocket.connect(app, bob);
    const { person } = await comeIn(tokenIn(mail), email);
    expect(await socket.next("participant_added")).toMatchObject({
      conversation_id: room,
      user_id: person?.id ?? "",
      role: "member",
    });
    expect((await person?.get(`/v1/rooms/${room}`))?.status).toBe(200);
    const told = await person?.get<{ notifications: { kind: string }[] }>("/v1/notifications");
    expect(told?.data.notifications.map(({ kind }) => kind)).toContain("invitation");
    await socket.close();
  });

  test("comes in with an account of another organization too, which moves here", async () => {
    const room = await buildRoom();
    const { person } = await makeOrganization(app);
    const { data } = await invite(root, room, person.email);
    expect(data.participants).toEqual([]);
    await accept(person, data.invitation as Invitation);
    const moved = await loginAgain(app, person);
    expect((await moved.get(`/v1/rooms/${room}`)).status).toBe(200);
  });

  test("is let in only by the token, and by nothing if the invitation was taken back", async () => {
    const room = await buildRoom();
    const { email } = buildRegistration();
    const { data } = await invite(root, room, email);
    const uninvited = await comeIn("x".repeat(43), email);
    expect(uninvited.answer.status).toBe(404);
    const { organization_id: organizationId, id } = data.invitation as Invitation & {
      organization_id: string;
    };
    await root.delete(`/v1/organizations/${organizationId}/invitations/${id}`);
    expect((await comeIn(data.invitation?.token ?? "", email)).answer.status).toBe(404);
    const person = await register(app, { email });
    expectRefusal(await person.get(`/v1/rooms/${room}`), 403, "FORBIDDEN");
  });

  test("makes an account also when the room has ended meanwhile", async () => {
    const room = await buildRoom();
    const { email } = buildRegistration();
    const { data } = await invite(root, room, email);
    await root.delete(`/v1/rooms/${room}`);
    const { answer, person } = await comeIn(data.invitation?.token ?? "", email);
    expect(answer.status).toBe(201);
    expectRefusal((await person?.get(`/v1/rooms/${room}`)) as never, 404, "NOT_FOUND");
  });

  test("is unknown to whoever may not invite to the organization, and the room's rule comes before", async () => {
    const { email } = buildRegistration();
    expectRefusal(await invite(bob, await buildRoom(), email), 404, "NOT_FOUND");
    const closed = await buildRoom({ permissions: { invite: "admin" } });
    expectRefusal(await invite(bob, closed, email), 403, "FORBIDDEN");
    const outsider = await register(app);
    expectRefusal(await invite(outsider, closed, email), 403, "FORBIDDEN");
  });

  test("with an account here is in at once, without an invitation", async () => {
    const person = await register(app);
    const { data } = await invite(bob, await buildRoom(), person.email);
    expect(data).toMatchObject({ participants: [{ user_id: person.id }], invitation: null });
  });
});
