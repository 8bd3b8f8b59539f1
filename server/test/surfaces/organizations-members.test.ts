import { afterAll, describe, expect, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { addMember, makeOrganization, type Organization } from "../kit/organization.ts";
import { buildGroup, type Person, register } from "../kit/person.ts";
import { TestSocket } from "../kit/socket.ts";

const app = await startApp();
afterAll(() => app.stop());
const admin = await register(app);
const founder = () => makeOrganization(app);
const invited = (by: Person, id: string, role: string) => addMember(app, by, id, role);

describe("members", () => {
  test("are listed by username, with e-mail addresses for Admins", async () => {
    const { person, id } = await founder();
    const viewer = await invited(person, id, "Viewer");
    const list = (caller: Person, query = "") =>
      caller.get<{ members: Record<string, unknown>[]; next_cursor: string | null }>(
        `/v1/organizations/${id}/members${query}`,
      );
    const byAdmin = (await list(person)).data.members;
    expect(byAdmin.map((member) => member.email).sort()).toEqual([person.email, viewer.email].sort());
    const byViewer = (await list(viewer)).data.members;
    expect(byViewer.find((member) => member.user_id === person.id)).not.toHaveProperty("email");
    expect(byViewer.find((member) => member.user_id === viewer.id)?.email).toBe(viewer.email);
    const first = (await list(person, "?limit=1")).data;
    const second = (await list(person, `?limit=1&cursor=${first.next_cursor}`)).data;
    expect([...first.members, ...second.members].map((member) => member.user_id).sort()).toEqual(
      [person.id, viewer.id].sort(),
    );
    expect(second.next_cursor).toBeNull();
    expect((await list(person, "?role=Viewer")).data.members).toMatchObject([{ user_id: viewer.id }]);
  });

  test("get their roles from Admins, at once also on an open socket: a Viewer writes nothing", async () => {
    const { person, id } = await founder();
    const developer = await invited(person, id, "Developer");
    const group = await buildGroup(person, [developer]);
    const socket = await TestSocket.connect(app, developer);
    expectRefusal(
      await developer.patch(`/v1/organizations/${id}/members/${developer.id}`, { role: "Admin" }),
      403,
      "FORBIDDEN",
    );
    const changed = await person.patch(`/v1/organizations/${id}/members/${developer.id}`, {
      role: "Viewer",
    });
    expect(changed.data).toMatchObject({ user_id: developer.id, role: "Viewer" });
    socket.send({ type: "chat", conversation_id: group.id, content: "x", client_message_id: "c1" });
    expect(await socket.next("error")).toMatchObject({ code: "FORBIDDEN", client_message_id: "c1" });
    const body = { conversation_id: group.id, content: "x", message_type: "text" };
    expectRefusal(await developer.post("/v1/messages", body), 403, "FORBIDDEN");
    expectRefusal(await developer.post("/v1/messages", "{"), 403, "FORBIDDEN");
    expect((await developer.get(`/v1/messages?conversation_id=${group.id}`)).status).toBe(200);
    expect((await developer.patch("/v1/users/me", { display_name: "Still me" })).status).toBe(200);
    await socket.close();
  });

  test("always have an Admin: the last one is neither demoted nor removed, also when two go at once", async () => {
    const { person, id } = await founder();
    const member = `/v1/organizations/${id}/members/${person.id}`;
    await invited(person, id, "Developer");
    expectRefusal(await person.patch(member, { role: "Viewer" }), 409, "CONFLICT", "role");
    expectRefusal(await person.delete(member), 409, "CONFLICT", "role");
    const second = await invited(person, id, "Admin");
    const answers = await Promise.all([
      person.patch(member, { role: "Developer" }),
      second.patch(`/v1/organizations/${id}/members/${second.id}`, { role: "Developer" }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("have no Admin in one who is switched off, nor in the program of an API key", async () => {
    const { person, id } = await founder();
    await person.post("/v1/api-keys", { name: "Nightly", scopes: ["admin"] });
    const second = await invited(person, id, "Admin");
    await admin.put(`/v1/admin/users/${second.id}`, { is_active: false });
    const member = `/v1/organizations/${id}/members/${person.id}`;
    expectRefusal(await person.patch(member, { role: "Viewer" }), 409, "CONFLICT", "role");
    expectRefusal(await person.delete(member), 409, "CONFLICT", "role");
    await admin.put(`/v1/admin/users/${second.id}`, { is_active: true });
    expect((await person.patch(member, { role: "Viewer" })).status).toBe(200);
  });

  test("who are removed, or leave, go on alone", async () => {
    const { person, id } = await founder();
    const [removed, leaving] = [await invited(person, id, "Developer"), await invited(person, id, "Viewer")];
    expectRefusal(await removed.delete(`/v1/organizations/${id}/members/${leaving.id}`), 403, "FORBIDDEN");
    expect((await person.delete(`/v1/organizations/${id}/members/${removed.id}`)).status).toBe(200);
    expect((await leaving.delete(`/v1/organizations/${id}/members/${leaving.id}`)).status).toBe(200);
    for (const former of [removed, leaving]) {
      expectRefusal(await former.get(`/v1/organizations/${id}`), 404, "NOT_FOUND");
      const { organizations } = (await former.get<{ organizations: Organization[] }>("/v1/organizations"))
        .data;
      expect(organizations).toMatchObject([{ member_count: 1 }]);
    }
    expectRefusal(await person.delete(`/v1/organizations/${id}/members/${removed.id}`), 404, "NOT_FOUND");
  });

  test("cannot lose the server admin from the default organization", async () => {
    const { organization_id: id } = (await admin.get<{ organization_id: string }>("/v1/users/me")).data;
    const member = `/v1/organizations/${id}/members/${admin.id}`;
    expectRefusal(await admin.patch(member, { role: "Viewer" }), 409, "CONFLICT", "role");
    expectRefusal(await admin.delete(member), 409, "CONFLICT", "role");
  });
});
