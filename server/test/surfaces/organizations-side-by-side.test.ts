import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { buildFile } from "../kit/files.ts";
import { makeOrganization } from "../kit/organization.ts";
import { register } from "../kit/person.ts";

// Each person costs a password hash, and the machine may be busy.
setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());
await register(app);

test("two organizations use the same names for rooms, files, groups, keys and settings, each its own (AZ-13)", async () => {
  const [one, other] = await Promise.all([makeOrganization(app), makeOrganization(app)]);
  const made = await Promise.all(
    [one.person, other.person].map(async (person) => {
      const room = await person.post<{ id: string }>("/v1/rooms", { name: "Dock", visibility: "public" });
      const file = await buildFile(person);
      const key = await person.post<{ id: string }>("/v1/api-keys", { name: "Reader", scopes: ["read"] });
      const session = await person.post<{ session_id: string }>("/api/v5/sessions", {
        workspace_path: "/boat",
        name: "Hull",
      });
      await person.put("/api/v5/settings/editor/tab_size", { value: person.id });
      return [room.data.id, file.file_id, key.data.id, session.data.session_id];
    }),
  );
  const ids = made.flat();
  expect(new Set(ids).size).toBe(ids.length);
  for (const [index, { person }] of [one, other].entries()) {
    const [room = ""] = made[index] ?? [];
    const { rooms } = (await person.get<{ rooms: { id: string }[] }>("/v1/rooms?q=Dock")).data;
    expect(rooms.map(({ id }) => id)).toEqual([room]);
    const setting = await person.get<{ value: string }>("/api/v5/settings/editor/tab_size");
    expect(setting.data.value).toBe(person.id);
  }
});
