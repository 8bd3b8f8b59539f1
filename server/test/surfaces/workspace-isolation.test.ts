import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal } from "../kit/expectations.ts";
import { beginAiConversation, foundOrganization, joinOrganization, type Member } from "../kit/workspace.ts";

setDefaultTimeout(60_000);

const app = await startApp();
afterAll(() => app.stop());

interface Belongings {
  session: string;
  conversation: string;
}

let owner: Member;
let things: Belongings;
let stranger: Member;
let colleague: Member;

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
  await who.put("/api/v5/settings/editor/secret", { value: "secret" });
  return { session, conversation };
}

beforeAll(async () => {
  owner = await foundOrganization(app);
  things = await fill(owner);
  stranger = await foundOrganization(app);
  colleague = await joinOrganization(app, owner);
});

/** All that its owner can see of it, but for when it was last looked at. */
async function everything(): Promise<string> {
  const paths = [
    "/sessions",
    `/sessions/${things.session}`,
    "/conversations",
    `/conversations/${things.conversation}`,
  ];
  const texts = await Promise.all(paths.map(async (path) => (await owner.get(`/api/v5${path}`)).text));
  return texts.join("\n").replaceAll(/"last_accessed_at":"[^"]*"/g, "");
}

for (const [name, who] of [
  ["another organization", () => stranger],
  ["a colleague", () => colleague],
] as const) {
  describe(`to ${name} with things of the same names`, () => {
    let own: Belongings;
    beforeAll(async () => {
      own = await fill(who());
    });

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
      const bound = { title: "Stolen", workspace_session_id: things.session };
      expectRefusal(await who().post("/api/v5/conversations", bound), 404, "NOT_FOUND");
      const made = { workspace_path: "/a", name: "Stolen", conversation_id: things.conversation };
      expectRefusal(await who().post("/api/v5/sessions", made), 404, "NOT_FOUND");
      const changed = { name: "Stolen", conversation_id: things.conversation };
      expectRefusal(await who().put(`/api/v5/sessions/${own.session}`, changed), 404, "NOT_FOUND");
      const listed = await who().get(`/api/v5/conversations?workspace_session_id=${things.session}`);
      expectRefusal(listed, 404, "NOT_FOUND");
      const session = await who().get(`/api/v5/sessions/${own.session}`);
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
