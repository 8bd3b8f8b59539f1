import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, expectTime } from "../kit/expectations.ts";
import {
  addMember,
  type Invitation,
  invite,
  makeOrganization,
  moveAway,
  type Organization,
  rolesOf,
} from "../kit/organization.ts";
import {
  anonymous,
  buildDirect,
  buildGroup,
  buildRegistration,
  callerWith,
  type Person,
  register,
  sendText,
} from "../kit/person.ts";
import type { Conversation, SignedIn } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

const app = await startApp({ PARLEY_DEFAULT_TIME_ZONE: "Europe/Berlin", PARLEY_DEFAULT_PLAN: "team" });
afterAll(() => app.stop());
const admin = await register(app);

type Moved = SignedIn & { organization_id: string };

let made = 0;
const freshSlug = () => `org-${++made}-${Bun.randomUUIDv7().slice(-12)}`;

const founder = () => makeOrganization(app);
const invited = (by: Person, id: string, role: string) => addMember(app, by, id, role);

describe("an organization", () => {
  test("is the default one for who registers, with the server's time zone and plan until it sets its own", async () => {
    const person = await register(app);
    const { organizations } = (await person.get<{ organizations: Organization[] }>("/v1/organizations")).data;
    expect(organizations).toHaveLength(1);
    expect(organizations[0]).toMatchObject({ slug: "default", time_zone: "Europe/Berlin", plan: "team" });
  });

  test("is made by server admins, who stay where they are, and by nobody else", async () => {
    const slug = freshSlug();
    const body = { name: "Boat house", slug, time_zone: "Asia/Tokyo" };
    const { person } = await founder();
    for (const caller of [await register(app), person]) {
      expectRefusal(await caller.post("/v1/organizations", body), 403, "FORBIDDEN");
    }
    const answer = await admin.post<Organization>("/v1/organizations", body);
    expect(answer.status).toBe(201);
    expect(answer.data).toMatchObject({ ...body, plan: "team", member_count: 0 });
    const own = await admin.get<{ organization_id: string }>("/v1/users/me");
    expect(own.data.organization_id).not.toBe(answer.data.id);
    const first = await invited(admin, answer.data.id, "Admin");
    expect(await rolesOf(first, answer.data.id)).toEqual({ [first.id]: "Admin" });
  });

  test("of fifty who ask for one slug at once, one gets it and the others a conflict that names it (D1)", async () => {
    const slug = freshSlug();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => admin.post("/v1/organizations", { name: "Ours", slug })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expectRefusal(answer, 409, "CONFLICT", "slug");
  });

  test.each([
    { name: " " },
    { name: "x", slug: "A" },
    { name: "x", slug: "-a" },
    { name: "x", slug: "a--b" },
    { name: "x", time_zone: "Mars/Olympus" },
    {},
  ])("refuses %j", async (body) => {
    expectRefusal(await admin.post("/v1/organizations", body), 400, "VALIDATION_ERROR");
  });

  test("is changed by its Admins, and its slug and name by nobody else", async () => {
    const { person, id } = await founder();
    const developer = await invited(person, id, "Developer");
    const changed = await person.patch<Organization>(`/v1/organizations/${id}`, {
      name: "Boat club",
      time_zone: "Europe/Paris",
    });
    expect(changed.data).toMatchObject({ name: "Boat club", time_zone: "Europe/Paris", member_count: 2 });
    expectRefusal(await developer.patch(`/v1/organizations/${id}`, { name: "Mine" }), 403, "FORBIDDEN");
    expectRefusal(await person.patch(`/v1/organizations/${id}`, { plan: "gold" }), 403, "FORBIDDEN");
    expect((await admin.patch<Organization>(`/v1/organizations/${id}`, { plan: "gold" })).data.plan).toBe(
      "gold",
    );
    const taken = await person.patch(`/v1/organizations/${id}`, { slug: "default" });
    expectRefusal(taken, 409, "CONFLICT", "slug");
  });

  test("can be sent back as it was answered, which changes nothing", async () => {
    const { person, id } = await founder();
    const { data } = await person.get<Organization>(`/v1/organizations/${id}`);
    const again = await person.patch<Organization>(`/v1/organizations/${id}`, { ...data });
    expect([again.status, again.data]).toEqual([200, data]);
  });

  test("carries an ETag that a change changes", async () => {
    const { person, id } = await founder();
    const etag = (await person.get(`/v1/organizations/${id}`)).headers.get("etag") ?? "";
    const again = () => person.get(`/v1/organizations/${id}`, { "if-none-match": etag });
    expect((await again()).status).toBe(304);
    await person.patch(`/v1/organizations/${id}`, { name: "Other" });
    expect((await again()).status).toBe(200);
  });

  test("does not exist for people of others; a server admin sees it and none of its content", async () => {
    const { person, id } = await founder();
    const other = await register(app);
    const { id: group } = await buildGroup(person, [await invited(person, id, "Developer")]);
    const message = await sendText(person, group, "ours alone");
    for (const path of [
      `/v1/organizations/${id}`,
      `/v1/organizations/${id}/members`,
      `/v1/organizations/${id}/invitations`,
    ])
      expectRefusal(await other.get(path), 404, "NOT_FOUND");
    expectRefusal(await other.patch(`/v1/organizations/${id}`, { name: "x" }), 404, "NOT_FOUND");
    expect((await admin.get<Organization>(`/v1/organizations/${id}`)).data.member_count).toBe(2);
    for (const path of [`/v1/conversations/${group}`, `/v1/messages/${message.message_id}`])
      for (const caller of [other, admin]) expectRefusal(await caller.get(path), 404, "NOT_FOUND");
  });
});

describe("an invitation", () => {
  test("by link lets one person in, once, with the role that it gives", async () => {
    const { person, id } = await founder();
    const { token, expires_at } = await invite(person, id, { role: "Manager" });
    expectTime(expires_at, 7 * 24 * 3_600_000);
    const guest = await register(app);
    const accepted = await guest.post<Moved>(`/v1/invitations/${token}/accept`);
    expect(accepted.data).toMatchObject({ organization_id: id, session_id: guest.sessionId });
    const renewed = callerWith(app, { authorization: `Bearer ${accepted.data.access_token}` });
    expect((await renewed.get(`/v1/organizations/${id}`)).status).toBe(200);
    const refreshed = await anonymous(app).post("/v1/auth/refresh", {
      refresh_token: accepted.data.refresh_token,
    });
    expect(refreshed.status).toBe(200);
    expect((await rolesOf(person, id))[guest.id]).toBe("Manager");
    expectRefusal(
      await (await register(app)).post(`/v1/invitations/${token}/accept`),
      409,
      "CONFLICT",
      "token",
    );
  });

  test("of twenty who use one link at once, lets one in", async () => {
    const { person, id } = await founder();
    const { token } = await invite(person, id);
    const guests = await Promise.all(Array.from({ length: 8 }, () => register(app)));
    const answers = await Promise.all(guests.map((guest) => guest.post(`/v1/invitations/${token}/accept`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...new Array(7).fill(409)]);
    expect(Object.keys(await rolesOf(person, id))).toHaveLength(2);
  });

  test("by mail is for that address alone, in any case of letters", async () => {
    const { person, id } = await founder();
    const guest = await register(app);
    const { token } = await invite(person, id, { email: guest.email.toUpperCase() });
    const other = await register(app);
    expectRefusal(await other.post(`/v1/invitations/${token}/accept`), 403, "FORBIDDEN");
    expect((await guest.post(`/v1/invitations/${token}/accept`)).status).toBe(200);
  });

  test("is listed until it is used or taken back, without its token", async () => {
    const { person, id } = await founder();
    const first = await invite(person, id);
    const second = await invite(person, id, { email: "somebody@example.test", role: "Viewer" });
    const list = async () =>
      (await person.get<{ invitations: Invitation[] }>(`/v1/organizations/${id}/invitations`)).data
        .invitations;
    expect((await list()).map((each) => each.id)).toEqual([second.id, first.id]);
    expect((await list())[0]).not.toHaveProperty("token");
    expect((await person.delete(`/v1/organizations/${id}/invitations/${first.id}`)).status).toBe(200);
    expect((await list()).map((each) => each.id)).toEqual([second.id]);
    const guest = await register(app);
    expectRefusal(await guest.post(`/v1/invitations/${first.token}/accept`), 404, "NOT_FOUND");
    expectRefusal(await person.delete(`/v1/organizations/${id}/invitations/${first.id}`), 404, "NOT_FOUND");
  });

  test("is made by Admins, and by Managers for nobody above them", async () => {
    const { person, id } = await founder();
    const [manager, developer, viewer] = [
      await invited(person, id, "Manager"),
      await invited(person, id, "Developer"),
      await invited(person, id, "Viewer"),
    ];
    const path = `/v1/organizations/${id}/invitations`;
    expect((await manager.post(path, { role: "Manager" })).status).toBe(201);
    expectRefusal(await manager.post(path, { role: "Admin" }), 403, "FORBIDDEN");
    for (const caller of [developer, viewer]) {
      expectRefusal(await caller.post(path, {}), 403, "FORBIDDEN");
      expectRefusal(await caller.get(path), 403, "FORBIDDEN");
    }
  });

  test("lets nobody in once its maker could not make it any more: not the maker who was taken out either", async () => {
    const { person, id } = await founder();
    const withLink = async (role: string) => {
      const maker = await invited(person, id, "Admin");
      return { maker, link: await invite(maker, id, { role }) };
    };
    const { maker: removed, link: way } = await withLink("Admin");
    expect((await person.delete(`/v1/organizations/${id}/members/${removed.id}`)).status).toBe(200);
    expectRefusal(await removed.post(`/v1/invitations/${way.token}/accept`), 404, "NOT_FOUND");

    const { maker: banned, link: thanks } = await withLink("Developer");
    expect((await admin.post(`/v1/admin/users/${banned.id}/ban`, { reason: "x" })).status).toBe(200);
    const guest = await register(app);
    expectRefusal(await guest.post(`/v1/invitations/${thanks.token}/accept`), 404, "NOT_FOUND");

    const { maker: demoted, link: above } = await withLink("Admin");
    const below = await invite(demoted, id, { role: "Developer" });
    const path = `/v1/organizations/${id}/members/${demoted.id}`;
    expect((await person.patch(path, { role: "Manager" })).status).toBe(200);
    expectRefusal(await guest.post(`/v1/invitations/${above.token}/accept`), 404, "NOT_FOUND");
    expect((await guest.post(`/v1/invitations/${below.token}/accept`)).status).toBe(200);
  });

  test("is not listed while it lets nobody in, and again once its maker may invite as before", async () => {
    const { person, id } = await founder();
    const maker = await invited(person, id, "Admin");
    const own = await invite(person, id);
    const above = await invite(maker, id, { role: "Admin" });
    const below = await invite(maker, id, { role: "Viewer" });
    const listed = async () =>
      (
        await person.get<{ invitations: Invitation[] }>(`/v1/organizations/${id}/invitations`)
      ).data.invitations.map((each) => each.id);
    const all = [below.id, above.id, own.id];
    expect(await listed()).toEqual(all);
    const member = `/v1/organizations/${id}/members/${maker.id}`;
    await person.patch(member, { role: "Manager" });
    expect(await listed()).toEqual([below.id, own.id]);
    await person.patch(member, { role: "Developer" });
    expect(await listed()).toEqual([own.id]);
    await person.patch(member, { role: "Admin" });
    expect(await listed()).toEqual(all);
    await admin.post(`/v1/admin/users/${maker.id}/ban`, { reason: "x" });
    expect(await listed()).toEqual([own.id]);
    await admin.delete(`/v1/admin/users/${maker.id}/ban`);
    expect(await listed()).toEqual(all);
    expect((await person.delete(member)).status).toBe(200);
    expect(await listed()).toEqual([own.id]);
  });

  test("twenty wrong tokens in an hour from one network are enough", async () => {
    const limited = await startApp({
      PARLEY_RATE_LIMITS: "default",
      PARLEY_TRUSTED_PROXIES: "127.0.0.1",
    });
    try {
      const owner = await register(limited);
      const from = (address: string) =>
        callerWith(limited, {
          authorization: `Bearer ${owner.accessToken}`,
          "x-forwarded-for": address,
        });
      for (let round = 0; round < 20; round++)
        expectRefusal(await from("203.0.113.1").post("/v1/invitations/wrong/accept"), 404, "NOT_FOUND");
      expectRefusal(
        await from("203.0.113.1").post("/v1/invitations/wrong/accept"),
        429,
        "RATE_LIMIT_EXCEEDED",
      );
      expectRefusal(await from("203.0.113.2").post("/v1/invitations/wrong/accept"), 404, "NOT_FOUND");
    } finally {
      await limited.stop();
    }
  });
});

describe("where registration is by invitation", () => {
  test("the first person comes without, everybody else only with one, and stands in its organization", async () => {
    const closed = await startApp({ PARLEY_REGISTRATION: "invite" });
    try {
      const first = await register(closed);
      const refused = await anonymous(closed).post("/v1/auth/register", buildRegistration());
      expectRefusal(refused, 403, "FORBIDDEN");
      const { organization_id } = (await first.get<{ organization_id: string }>("/v1/users/me")).data;
      const { token } = await invite(first, organization_id, { role: "Viewer" });
      const wrong = { ...buildRegistration(), invitation_token: "wrong" };
      expectRefusal(await anonymous(closed).post("/v1/auth/register", wrong), 404, "NOT_FOUND");
      const body = { ...buildRegistration(), invitation_token: token };
      const joined = await anonymous(closed).post<SignedIn>("/v1/auth/register", body);
      expect(joined.status).toBe(201);
      expect((await rolesOf(first, organization_id))[joined.data.user.id]).toBe("Viewer");
      const again = { ...buildRegistration(), invitation_token: token };
      expectRefusal(await anonymous(closed).post("/v1/auth/register", again), 409, "CONFLICT", "token");
    } finally {
      await closed.stop();
    }
  });
});

describe("who moves to another organization", () => {
  test("leaves the conversations of the old one, and hears no more of them", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [bob]);
    const direct = await buildDirect(ann, bob);
    const socket = await TestSocket.connect(app, bob);
    const { person, id } = await founder();
    const { token } = await invite(person, id);
    await bob.post(`/v1/invitations/${token}/accept`);
    expect((await socket.closed).code).toBe(1012);
    await sendText(ann, group.id, "without you");
    for (const conversation of [group, direct])
      expectRefusal(await bob.get(`/v1/conversations/${conversation.id}`), 404, "NOT_FOUND");
    expect(
      (await bob.get<{ conversations: Conversation[] }>("/v1/conversations")).data.conversations,
    ).toEqual([]);
    const { participants } = (await ann.get<Conversation>(`/v1/conversations/${group.id}`)).data;
    expect(participants.map((participant) => participant.user_id)).toEqual([ann.id]);
    const again = await TestSocket.connect(app, bob);
    expectRefusal(await ann.get(`/v1/users/${bob.id}`), 404, "NOT_FOUND");
    await again.close();
  });

  test("leaves a group that they alone led to its oldest member", async () => {
    const [ann, bob] = [await register(app), await register(app)];
    const group = await buildGroup(ann, [bob]);
    await moveAway(app, ann);
    const { participants } = (await bob.get<Conversation>(`/v1/conversations/${group.id}`)).data;
    expect(participants).toMatchObject([{ user_id: bob.id, role: "admin" }]);
  });
});
