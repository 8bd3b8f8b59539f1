import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, isoTime, unknownId, uuidV7 } from "../kit/expectations.ts";
import type { JsonObject } from "../kit/shapes.ts";
import { foundOrganization, joinOrganization, type Member } from "../kit/workspace.ts";

setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
let ada: Member;
beforeAll(async () => {
  ada = await foundOrganization(app);
});

interface Session extends JsonObject {
  session_id: string;
  updated_at: string;
  last_accessed_at: string;
  related_sessions: string[];
}

const path = (id: string, more = "") => `/api/v5/sessions/${id}${more}`;
const create = async (who: Member, name: string, more: JsonObject = {}) => {
  const body = { workspace_path: "/projects/my-app", name, ...more };
  return String((await who.post("/api/v5/sessions", body)).data.session_id);
};
const get = async (who: Member, id: string) => (await who.get<Session>(path(id))).data;

const editor = { open_files: ["/a.rs"], active_file: "/a.rs", cursor_position: { line: 42, column: 10 } };
const terminal = { open_terminals: [{ id: "t", cwd: "/", command: "bash" }], active_terminal: "t" };
const contents = {
  editor_state: editor,
  terminal_state: terminal,
  breakpoints: [{ file: "/a.rs", line: 10 }],
  context_files: ["/a.rs", "/cargo.toml"],
  memory: { facts: { language: "Rust" }, decisions: ["Use actix-web"] },
  tags: ["rust", "api"],
};

describe("a session", () => {
  test("is made with a path and a name, and answers those four fields", async () => {
    const body = { workspace_path: "/projects/my-app", name: "Feature Branch Session" };
    const answer = await ada.post("/api/v5/sessions", body);
    expect(answer.status).toBe(201);
    expect(answer.data).toEqual({
      session_id: expect.stringMatching(uuidV7),
      ...body,
      created_at: expect.stringMatching(isoTime),
    });
  });

  test("begins empty, whole and its owner's", async () => {
    const id = await create(ada, "empty");
    expect(await get(ada, id)).toEqual({
      session_id: id,
      tenant_id: ada.organizationId,
      user_id: ada.id,
      workspace_path: "/projects/my-app",
      name: "empty",
      editor_state: {},
      terminal_state: {},
      breakpoints: [],
      conversation_id: null,
      context_files: [],
      memory: {},
      parent_session_id: null,
      related_sessions: [],
      tags: [],
      created_at: expect.stringMatching(isoTime),
      updated_at: expect.stringMatching(isoTime),
      last_accessed_at: expect.stringMatching(isoTime),
    });
  });

  test("belongs to the token's organization and user, whatever the body says", async () => {
    const wishes = { tenant_id: unknownId, user_id: unknownId, session_id: unknownId };
    const id = await create(ada, "mine", wishes);
    expect(id).not.toBe(unknownId);
    expect(await get(ada, id)).toMatchObject({ tenant_id: ada.organizationId, user_id: ada.id });
  });

  test("needs a path and a name, and well-typed contents", async () => {
    const empty = await ada.post("/api/v5/sessions", {});
    expectRefusal(empty, 400, "VALIDATION_ERROR", "workspace_path", "name");
    const ill = { workspace_path: "/a", name: "b", memory: [], tags: ["a,b"], context_files: [1] };
    const answer = await ada.post("/api/v5/sessions", ill);
    expectRefusal(answer, 400, "VALIDATION_ERROR", "memory", "tags.0", "context_files.0");
  });

  test("that does not exist is 404, a malformed id 400", async () => {
    for (const answer of [
      await ada.get(path(unknownId)),
      await ada.put(path(unknownId), { name: "x" }),
      await ada.post(path(unknownId, "/fork")),
      await ada.delete(path(unknownId)),
    ]) {
      expectRefusal(answer, 404, "NOT_FOUND");
    }
    expectRefusal(await ada.get(path("nothing")), 400, "VALIDATION_ERROR", "id");
  });

  test("is deleted with a bare message, once; its forks stay without a parent", async () => {
    const id = await create(ada, "short-lived");
    const fork = String((await ada.post(path(id, "/fork"))).data.session_id);
    const answer = await ada.delete(path(id));
    expect(answer.body).toEqual({ success: true, message: "Session deleted successfully" });
    expectRefusal(await ada.delete(path(id)), 404, "NOT_FOUND");
    expect((await get(ada, fork)).parent_session_id).toBeNull();
  });
});

describe("the list", () => {
  test("shows one's own, last changed first, with the number of rows in this answer", async () => {
    const owner = await foundOrganization(app);
    const ids: string[] = [];
    for (const name of ["one", "two", "three"]) ids.push(await create(owner, name));
    await owner.put(path(ids[0] as string), { name: "one again" });
    const { data } = await owner.get<{ sessions: Session[]; count: number }>("/api/v5/sessions");
    expect(data.sessions.map((session) => session.name)).toEqual(["one again", "three", "two"]);
    expect(data.count).toBe(3);
    const two = await owner.get<{ sessions: Session[]; count: number; next_cursor: string }>(
      "/api/v5/sessions?limit=2",
    );
    expect(two.data.count).toBe(2);
    const rest = await owner.get<{ sessions: Session[]; next_cursor: null }>(
      `/api/v5/sessions?limit=2&cursor=${two.data.next_cursor}`,
    );
    expect(rest.data.sessions.map((session) => session.name)).toEqual(["two"]);
    expect(rest.data.next_cursor).toBeNull();
  });

  test("takes a limit from 1 to 100 and only cursors of its own", async () => {
    for (const limit of ["0", "101", "x"])
      expectRefusal(await ada.get(`/api/v5/sessions?limit=${limit}`), 400, "VALIDATION_ERROR", "limit");
    expectRefusal(await ada.get("/api/v5/sessions?cursor=e30"), 400, "VALIDATION_ERROR", "cursor");
  });
});

describe("an update", () => {
  test("replaces the fields given, keeps the rest, and names them in one order", async () => {
    const id = await create(ada, "before", { memory: { kept: true }, editor_state: { old: 1 } });
    const before = await get(ada, id);
    const answer = await ada.put(path(id), {
      tags: ["x"],
      terminal_state: terminal,
      editor_state: { new: 2 },
      name: "after",
    });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      session_id: id,
      updated_at: expect.stringMatching(isoTime),
      fields_updated: ["name", "editor_state", "terminal_state", "tags"],
    });
    const after = await get(ada, id);
    expect(after).toMatchObject({
      name: "after",
      editor_state: { new: 2 },
      terminal_state: terminal,
      memory: { kept: true },
      tags: ["x"],
      workspace_path: "/projects/my-app",
    });
    expect(after.updated_at >= before.updated_at).toBe(true);
    expect(after.last_accessed_at >= before.last_accessed_at).toBe(true);
  });

  test("with every field answers the whole order", async () => {
    const id = await create(ada, "all");
    const answer = await ada.put(path(id), { ...contents, conversation_id: null, name: "all of it" });
    expect(answer.data.fields_updated).toEqual([
      "name",
      "editor_state",
      "terminal_state",
      "breakpoints",
      "conversation_id",
      "context_files",
      "memory",
      "tags",
    ]);
    expect(await get(ada, id)).toMatchObject(contents);
  });

  test("with an unknown or ill-typed field is refused by name and changes nothing", async () => {
    const id = await create(ada, "unchanged", contents);
    const before = await get(ada, id);
    const unknown = await ada.put(path(id), { name: "x", user_id: unknownId, workspace_path: "/else" });
    expectRefusal(unknown, 400, "VALIDATION_ERROR", "user_id", "workspace_path");
    const ill = await ada.put(path(id), { name: "x", editor_state: "text", breakpoints: {} });
    expectRefusal(ill, 400, "VALIDATION_ERROR", "editor_state", "breakpoints");
    expectRefusal(await ada.put(path(id), { conversation_id: unknownId }), 404, "NOT_FOUND");
    expect(await get(ada, id)).toEqual({ ...before, last_accessed_at: expect.stringMatching(isoTime) });
  });

  test("of twenty at once to different fields loses none", async () => {
    const id = await create(ada, "contended");
    await Promise.all([
      ...Array.from({ length: 10 }, (_, n) => ada.put(path(id), { memory: { n } })),
      ...Array.from({ length: 10 }, (_, n) => ada.put(path(id), { tags: [`t${n}`, "all"] })),
    ]);
    const { tags, memory } = await get(ada, id);
    expect(memory).toEqual({ n: expect.any(Number) });
    const [own = ""] = tags as string[];
    const related = await ada.get<{ sessions: Session[] }>(`/api/v5/sessions/related?tags=${own},all`);
    expect(related.data.sessions.find((session) => session.session_id === id)?.relevance_score).toBe(1);
  });
});

describe("a fork", () => {
  test("copies what the session holds and shares nothing afterwards", async () => {
    const parent = await create(ada, "parent", contents);
    const answer = await ada.post(path(parent, "/fork"), { name: "child", workspace_path: "/projects/x" });
    expect(answer.status).toBe(201);
    expect(answer.data).toEqual({
      session_id: expect.stringMatching(uuidV7),
      parent_session_id: parent,
      workspace_path: "/projects/x",
      name: "child",
      editor_state: editor,
      terminal_state: terminal,
      memory: contents.memory,
      created_at: expect.stringMatching(isoTime),
    });
    const child = String(answer.data.session_id);
    expect(await get(ada, child)).toMatchObject({ ...contents, conversation_id: null });
    await ada.put(path(child), { memory: {}, tags: [] });
    await ada.put(path(parent), { editor_state: {} });
    expect(await get(ada, parent)).toMatchObject({ memory: contents.memory, tags: contents.tags });
    expect((await get(ada, child)).editor_state).toEqual(editor);
  });

  test("without a body keeps name and path", async () => {
    const parent = await create(ada, "as it is");
    const answer = await ada.post(path(parent, "/fork"));
    expect(answer.data).toMatchObject({ name: "as it is", workspace_path: "/projects/my-app" });
  });
});

describe("related sessions", () => {
  test("score shared tags by tags asked for, best first, ties by last access, none without a shared tag", async () => {
    const owner = await foundOrganization(app);
    const two = await create(owner, "two of three", { tags: ["rust", "api", "refactor"] });
    const older = await create(owner, "one of three", { tags: ["rust"] });
    const newer = await create(owner, "one too", { tags: ["feature-x", "other"] });
    await create(owner, "none", { tags: ["go"] });
    const ask = async () => {
      const query = "tags=rust,api,%20feature-x%20,rust";
      return (await owner.get<{ sessions: Session[]; count: number }>(`/api/v5/sessions/related?${query}`))
        .data;
    };
    const data = await ask();
    expect(data).toMatchObject({ count: 3, query_tags: ["rust", "api", "feature-x"] });
    expect(data.sessions.map((row) => [row.session_id, row.relevance_score])).toEqual([
      [two, 0.67],
      [newer, 0.33],
      [older, 0.33],
    ]);
    expect<unknown>(data.sessions[0]).toEqual({
      session_id: two,
      name: "two of three",
      workspace_path: "/projects/my-app",
      tags: ["rust", "api", "refactor"],
      relevance_score: 0.67,
      last_accessed_at: expect.stringMatching(isoTime),
    });
    await Bun.sleep(2);
    await get(owner, older);
    expect((await ask()).sessions.map((row) => row.session_id)).toEqual([two, older, newer]);
    expect((await get(owner, two)).related_sessions).toEqual([older]);
  });

  test("are at most ten unless asked for up to fifty; tags are needed", async () => {
    const owner = await foundOrganization(app);
    for (let n = 0; n < 12; n++) await create(owner, `session ${n}`, { tags: ["same"] });
    const first = await create(owner, "first", { tags: ["same"] });
    const count = async (more: string) =>
      (await owner.get(`/api/v5/sessions/related?tags=same${more}`)).data.count;
    expect(await count("")).toBe(10);
    expect(await count("&limit=50")).toBe(13);
    expect((await get(owner, first)).related_sessions).toHaveLength(10);
    for (const query of ["", "?tags=", "?tags=,%20,", "?tags=a&limit=51", "?tags=a&limit=0"])
      expectRefusal(await owner.get(`/api/v5/sessions/related${query}`), 400, "VALIDATION_ERROR");
  });
});

describe("a Viewer", () => {
  test("reads their own list and writes nothing", async () => {
    const viewer = await joinOrganization(app, ada, "Viewer");
    expect((await viewer.get("/api/v5/sessions")).data.count).toBe(0);
    for (const answer of [
      await viewer.post("/api/v5/sessions", { workspace_path: "/a", name: "b" }),
      await viewer.put(path(unknownId), { name: "b" }),
      await viewer.post(path(unknownId, "/fork")),
      await viewer.delete(path(unknownId)),
    ]) {
      expectRefusal(answer, 403, "FORBIDDEN");
    }
  });
});
