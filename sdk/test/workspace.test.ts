import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import { goodPassword } from "../../server/test/kit/person.ts";
import type { ParleyOptions } from "../src/index.ts";
import { closeClients, newClient, nextEvent, online, refusal, until } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

/** A client whose person has an organization of their own. */
async function founder(options: ParleyOptions = {}) {
  const client = newClient(app, options);
  const email = `${crypto.randomUUID()}@example.test`;
  const names = { first_name: "Ada", last_name: "King" };
  await client.workspace.authService.register({ email, password: goodPassword, ...names });
  return { client, email, ...client.workspace };
}

describe("workspace accounts", () => {
  test("found an organization, sign in, and see who they are", async () => {
    const { email, userService } = await founder();
    expect(await userService.getMe()).toMatchObject({ email, full_name: "Ada King", role: "Admin" });
    const again = newClient(app);
    const user = await again.workspace.authService.login({ email, password: goodPassword });
    expect(again.session?.user_id).toBe(user.user_id);
    expect((await again.sessions.current()).id).toBe(again.session?.session_id ?? "");
    expect((await again.workspace.userService.updateMe({ first_name: "Augusta" })).full_name).toBe(
      "Augusta King",
    );
  });

  test("a changed password ends all sessions, this one too", async () => {
    const { client, email, userService } = await founder();
    const told = nextEvent(client, "signed_out");
    await userService.changePassword({ current_password: goodPassword, new_password: "Another-Horse-8" });
    await told;
    expect((await refusal(userService.getMe())).code).toBe("SIGNED_OUT");
    await client.workspace.authService.login({ email, password: "Another-Horse-8" });
  });
});

describe("workspace sessions", () => {
  test("are made, changed, forked, found by tags and deleted", async () => {
    const { sessionService } = await founder();
    const { session_id } = await sessionService.create({
      workspace_path: "/projects/app",
      name: "Main",
      tags: ["rust", "api"],
    });
    const changed = await sessionService.update(session_id, {
      name: "Renamed",
      memory: { facts: { language: "Rust" } },
    });
    expect(changed.fields_updated).toEqual(["name", "memory"]);
    const fork = await sessionService.fork(session_id, { name: "Branch" });
    expect([fork.parent_session_id, fork.memory]).toEqual([session_id, { facts: { language: "Rust" } }]);
    const related = await sessionService.getRelated(["rust", "web"]);
    expect(related.sessions.map(({ relevance_score }) => relevance_score)).toEqual([0.5, 0.5]);
    expect((await sessionService.list({ limit: 1 })).count).toBe(1);
    await sessionService.delete(session_id);
    expect((await refusal(sessionService.get(session_id))).code).toBe("NOT_FOUND");
    expect((await sessionService.get(fork.session_id)).name).toBe("Branch");
  });

  test("of another organization do not exist", async () => {
    const { session_id } = await (await founder()).sessionService.create({
      workspace_path: "/a",
      name: "Mine",
    });
    const stranger = await founder();
    expect((await refusal(stranger.sessionService.get(session_id))).code).toBe("NOT_FOUND");
  });
});

describe("workspace settings", () => {
  test("are set, read by category, and deleted", async () => {
    const { settingsService } = await founder();
    await settingsService.set("editor", "font_size", 14);
    await settingsService.seteditorTheme("dark");
    await settingsService.setDefaultModel("qwen/qwq-32b");
    expect(await settingsService.getCategory("editor")).toEqual({ font_size: 14, theme: "dark" });
    expect((await settingsService.getAll()).llm).toEqual({ default_model: "qwen/qwq-32b" });
    expect(await settingsService.get("editor", "theme")).toBe("dark");
    await settingsService.delete("editor", "theme");
    expect((await refusal(settingsService.get("editor", "theme"))).code).toBe("SETTING_NOT_FOUND");
    expect(await settingsService.getCategory("terminal")).toEqual({});
  });

  test("changed in one tab are told to the other", async () => {
    const { client, email } = await founder();
    const other = newClient(app);
    await other.workspace.authService.login({ email, password: goodPassword });
    await online(other);
    const told: unknown[] = [];
    other.on("setting_updated", ({ category, key, value, deleted }) =>
      told.push([category, key, value, deleted]),
    );
    await client.workspace.settingsService.set("theme", "accent_color", "#007acc");
    await client.workspace.settingsService.delete("theme", "accent_color");
    await until("both came", () => told.length === 2);
    expect(told).toEqual([
      ["theme", "accent_color", "#007acc", false],
      ["theme", "accent_color", undefined, true],
    ]);
  });
});
