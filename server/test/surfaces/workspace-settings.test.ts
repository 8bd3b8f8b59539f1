import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { startApp } from "../kit/app.ts";
import { expectRefusal, isoTime } from "../kit/expectations.ts";
import { TestSocket } from "../kit/socket.ts";
import { foundOrganization, joinOrganization, type Member } from "../kit/workspace.ts";

setDefaultTimeout(30_000);

const app = await startApp();
afterAll(() => app.stop());
let ada: Member;
beforeAll(async () => {
  ada = await foundOrganization(app);
});

const at = (category: string, key: string) => `/api/v5/settings/${category}/${key}`;

test("all five categories are answered, empty where nothing is set", async () => {
  const owner = await foundOrganization(app);
  const empty = { editor: {}, theme: {}, llm: {}, terminal: {}, workspace: {} };
  expect((await owner.get("/api/v5/settings")).data).toEqual(empty);
  await owner.put(at("editor", "theme"), { value: "dark" });
  await owner.put(at("llm", "temperature"), { value: 0.7 });
  expect((await owner.get("/api/v5/settings")).data).toEqual({
    ...empty,
    editor: { theme: "dark" },
    llm: { temperature: 0.7 },
  });
  expect((await owner.get("/api/v5/settings?category=editor")).data).toEqual({ editor: { theme: "dark" } });
  expect((await owner.get("/api/v5/settings?category=theme")).data).toEqual({ theme: {} });
  expectRefusal(await owner.get("/api/v5/settings?category=other"), 400, "VALIDATION_ERROR", "category");
});

test("a setting takes any JSON value and gives it back, and is replaced when set again", async () => {
  const values = ["dark", 14, true, null, { a: [1, { b: "ü" }] }, [], "", 0, false];
  for (const value of values) {
    const answer = await ada.put(at("workspace", "anything"), { value });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({
      category: "workspace",
      key: "anything",
      value,
      updated_at: expect.stringMatching(isoTime),
    });
    expect((await ada.get(at("workspace", "anything"))).data.value).toEqual(value);
  }
});

test("a key may be any word of its letters, also one that means something to a program", async () => {
  for (const key of ["__proto__", "constructor", "a".repeat(64), "0"]) {
    expect((await ada.put(at("terminal", key), { value: key })).status).toBe(200);
  }
  const text = (await ada.get("/api/v5/settings?category=terminal")).text;
  expect(text).toContain('"__proto__":"__proto__"');
});

test("another category or key is 400, a missing value too, and a value over 16 KiB 413", async () => {
  const value = { value: 1 };
  expectRefusal(await ada.put(at("other", "a"), value), 400, "VALIDATION_ERROR", "category");
  for (const key of ["A", "a-b", "a".repeat(65), "a%20b"])
    expectRefusal(await ada.put(at("editor", key), value), 400, "VALIDATION_ERROR", "key");
  expectRefusal(await ada.put(at("editor", "a"), {}), 400, "VALIDATION_ERROR", "value");
  const most = "x".repeat(16 * 1024 - 2);
  expect((await ada.put(at("editor", "big"), { value: most })).status).toBe(200);
  expectRefusal(await ada.put(at("editor", "big"), { value: `${most}x` }), 413, "PAYLOAD_TOO_LARGE");
  expect((await ada.get(at("editor", "big"))).data.value).toBe(most);
});

test("deleting answers a bare message; what is not there is SETTING_NOT_FOUND by name", async () => {
  await ada.put(at("theme", "accent_color"), { value: "#007acc" });
  const answer = await ada.delete(at("theme", "accent_color"));
  expect(answer.body).toEqual({ success: true, message: "Setting deleted successfully" });
  const again = await ada.delete(at("theme", "accent_color"));
  expectRefusal(again, 404, "SETTING_NOT_FOUND");
  expect(again.error?.message).toBe("Setting not found: theme.accent_color");
  expectRefusal(await ada.get(at("theme", "accent_color")), 404, "SETTING_NOT_FOUND");
});

test("settings carry an ETag, and the same ones answer 304", async () => {
  await ada.put(at("theme", "etag"), { value: 1 });
  for (const path of ["/api/v5/settings", at("theme", "etag")]) {
    const etag = String((await ada.get(path)).headers.get("etag"));
    expect((await ada.get(path, { "if-none-match": etag })).status).toBe(304);
  }
});

test("twenty writes to one key at once leave one of them, writes to others all", async () => {
  await Promise.all([
    ...Array.from({ length: 20 }, (_, n) => ada.put(at("editor", "contended"), { value: n })),
    ...Array.from({ length: 20 }, (_, n) => ada.put(at("editor", `own_${n}`), { value: n })),
  ]);
  const { editor } = (await ada.get<{ editor: Record<string, number> }>("/api/v5/settings")).data;
  expect(editor.contended).toBeNumber();
  expect(Object.keys(editor).filter((key) => key.startsWith("own_"))).toHaveLength(20);
});

test("a change is told at once to the owner's connections and to nobody else's", async () => {
  const colleague = await joinOrganization(app, ada);
  const [tab, other] = await Promise.all([TestSocket.connect(app, ada), TestSocket.connect(app, colleague)]);
  await ada.put(at("editor", "font_size"), { value: 15 });
  expect(await tab.next("setting_updated")).toEqual({
    type: "setting_updated",
    category: "editor",
    key: "font_size",
    value: 15,
    deleted: false,
    timestamp: expect.stringMatching(isoTime),
  });
  await ada.delete(at("editor", "font_size"));
  expect(await tab.next("setting_updated")).toMatchObject({ key: "font_size", deleted: true });
  other.send({ type: "ping" });
  await other.next("pong");
  expect(other.frames.some((frame) => frame.type === "setting_updated")).toBe(false);
  await Promise.all([tab.close(), other.close()]);
});

test("a Viewer reads settings and sets none", async () => {
  const viewer = await joinOrganization(app, ada, "Viewer");
  expect((await viewer.get("/api/v5/settings")).status).toBe(200);
  expectRefusal(await viewer.put(at("editor", "a"), { value: 1 }), 403, "FORBIDDEN");
  expectRefusal(await viewer.delete(at("editor", "a")), 403, "FORBIDDEN");
});

test("settings are personal: a colleague's are others", async () => {
  const colleague = await joinOrganization(app, ada);
  await ada.put(at("editor", "mine"), { value: "ada" });
  expectRefusal(await colleague.get(at("editor", "mine")), 404, "SETTING_NOT_FOUND");
  expectRefusal(await colleague.delete(at("editor", "mine")), 404, "SETTING_NOT_FOUND");
  await colleague.put(at("editor", "mine"), { value: "colleague" });
  expect((await ada.get(at("editor", "mine"))).data.value).toBe("ada");
});
