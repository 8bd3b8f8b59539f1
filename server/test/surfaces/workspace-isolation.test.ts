import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mountedSurfaces } from "../../src/app/mounted-surfaces.ts";
import { TestProvider } from "../kit/ai-provider.ts";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import type { JsonObject } from "../kit/shapes.ts";
import { beginAiConversation, foundOrganization, joinOrganization, type Member } from "../kit/workspace.ts";

setDefaultTimeout(60_000);

/** The routes as the server mounts them: one that is added and names an id must say below whose it is. */
const surface = (await mountedSurfaces()).find(({ bases }) => bases.includes("/api/v5"));
const routes = (surface?.routes ?? []).map(({ spec }) => ({ method: spec.method, path: spec.path }));

const provider = await TestProvider.start();
const app = await startApp(provider.env);
afterAll(async () => {
  await app.stop();
  await provider.stop();
});

interface Belongings {
  session: string;
  conversation: string;
  message: string;
}

let owner: Member;
let things: Belongings;
let stranger: Member;
let colleague: Member;
let own: Belongings;

async function fill(who: Member): Promise<Belongings> {
  const made = await who.post("/api/v5/sessions", {
    workspace_path: "/secret/path",
    name: "Secret session",
    tags: ["secret"],
    memory: { fact: "secret" },
  });
  const session = String(made.data.session_id);
  const conversation = await beginAiConversation(who, {
    title: "Secret talk",
    workspace_session_id: session,
    tags: ["secret"],
  });
  const said = { role: "User", content: "secret words" };
  const added = await who.post(`/api/v5/conversations/${conversation}/messages`, said);
  await who.put("/api/v5/settings/editor/secret", { value: "secret" });
  return { session, conversation, message: String(added.data.message_id) };
}

beforeAll(async () => {
  owner = await foundOrganization(app);
  things = await fill(owner);
  stranger = await foundOrganization(app);
  colleague = await joinOrganization(app, owner);
  own = await fill(stranger);
});

/** A body that each changing route takes, so that only the id can be what is refused. */
const bodies: Record<string, JsonObject> = {
  "PUT /sessions/:id": { name: "Stolen" },
  "POST /sessions/:id/fork": { name: "Stolen" },
  "PATCH /conversations/:id": { title: "Stolen" },
  "POST /conversations/:id/messages": { role: "User", content: "I was here" },
  "POST /conversations/:id/chat": { content: "What did they say?" },
};

/** Whose id stands in the path. */
function idIn(path: string): string {
  return path.startsWith("/sessions/") ? things.session : things.conversation;
}

/** All that its owner can see of it, but for when it was last looked at. */
async function everything(): Promise<string> {
  const paths = [
    "/sessions",
    `/sessions/${things.session}`,
    "/conversations",
    `/conversations/${things.conversation}`,
    `/conversations/${things.conversation}/messages`,
    "/settings",
    "/users/me",
  ];
  const texts = await Promise.all(paths.map(async (path) => (await owner.get(`/api/v5${path}`)).text));
  return texts.join("\n").replaceAll(/"last_accessed_at":"[^"]*"/g, "");
}

const withIds = routes.filter(({ path }) => path.includes("/:id"));

test("every route that names an id is in the matrix", () => {
  expect(withIds.length).toBeGreaterThanOrEqual(11);
  for (const { path } of withIds) expect(path).toMatch(/^\/(sessions|conversations)\/:id/);
  for (const { method, path } of withIds) {
    const takesBody =
      (method === "PUT" || method === "PATCH" || path.endsWith("/chat")) && !path.endsWith("/stop");
    if (takesBody) expect(bodies).toHaveProperty([`${method} ${path}`]);
  }
});

for (const [name, who] of [
  ["another organization", () => stranger],
  ["a colleague", () => colleague],
] as const) {
  describe(`to ${name}`, () => {
    for (const { method, path } of withIds) {
      test(`${method} ${path} answers as if it did not exist, and changes nothing`, async () => {
        const before = await everything();
        const body = bodies[`${method} ${path}`];
        const ask = (id: string) =>
          who().request(
            method,
            `/api/v5${path.replace(":id", id).replace(":message_id", things.message)}`,
            body === undefined ? {} : { body },
          );
        const answer = await ask(idIn(path));
        expectRefusal(answer, 404, "NOT_FOUND");
        const unknown = await ask("01890000-0000-7000-8000-000000000000");
        expect(answer.error?.message).toBe(String(unknown.error?.message));
        expect(await everything()).toBe(before);
        expect(provider.requests).toHaveLength(0);
      });
    }

    test("lists, related ones and settings show nothing of it", async () => {
      const paths = [
        "/sessions",
        "/sessions/related?tags=secret",
        "/conversations",
        "/settings",
        `/conversations/${own.conversation}`,
        `/sessions/${own.session}`,
      ];
      for (const path of paths) {
        const { text } = await who().get(`/api/v5${path}`);
        expect(text).not.toContain(things.session);
        expect(text).not.toContain(things.conversation);
      }
    });

    test("an id in a body or a query is 404 too, and nothing is made of it", async () => {
      const before = await everything();
      const mine = await fill(who());
      const bound = { title: "Stolen", workspace_session_id: things.session };
      expectRefusal(await who().post("/api/v5/conversations", bound), 404, "NOT_FOUND");
      const made = { workspace_path: "/a", name: "Stolen", conversation_id: things.conversation };
      expectRefusal(await who().post("/api/v5/sessions", made), 404, "NOT_FOUND");
      const changed = { name: "Stolen", conversation_id: things.conversation };
      expectRefusal(await who().put(`/api/v5/sessions/${mine.session}`, changed), 404, "NOT_FOUND");
      const listed = await who().get(`/api/v5/conversations?workspace_session_id=${things.session}`);
      expectRefusal(listed, 404, "NOT_FOUND");
      const session = await who().get(`/api/v5/sessions/${mine.session}`);
      expect(session.data).toMatchObject({ name: "Secret session", conversation_id: null });
      expect(await everything()).toBe(before);
    });
  });
}

test("settings of one name are each person's own", async () => {
  for (const who of [stranger, colleague]) {
    await who.put("/api/v5/settings/editor/secret", { value: "mine" });
    await who.delete("/api/v5/settings/editor/secret");
  }
  expect((await owner.get("/api/v5/settings/editor/secret")).data.value).toBe("secret");
});
