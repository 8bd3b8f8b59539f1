import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, directChat, sendChat } from "../kit/chat.ts";
import { expectRefusal, unknownId } from "../kit/expectations.ts";
import { buildFile, png } from "../kit/files.ts";
import { type Person, register } from "../kit/person.ts";
import { startServer } from "../kit/server.ts";

let app: TestApp;
let ann: Person;
let bob: Person;

interface Account {
  avatar_url: string | null;
}

const setTo = (person: Person, file_id: string) => person.put<Account>("/v1/users/me/avatar", { file_id });
const pictureOf = async (person: Person) => (await person.get<Account>("/v1/users/me")).data.avatar_url;
const statusOf = async (url: string | null) => (await fetch(url ?? "")).status;

beforeAll(async () => {
  app = await startApp();
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
});

afterAll(() => app.stop());

describe("a file as one's picture", () => {
  test("is shown by its link wherever one's picture is, without a token", async () => {
    const { file_id } = await buildFile(ann);
    const answer = await setTo(ann, file_id);
    expect(answer.status).toBe(200);
    const url = String(answer.data.avatar_url);
    expect(url).toStartWith(app.url);
    const shown = await fetch(url);
    expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(shown.headers.get("x-content-type-options")).toBe("nosniff");
    expect(new Uint8Array(await shown.arrayBuffer())).toEqual(png);
    expect((await bob.get<Account>(`/v1/users/${ann.id}`)).data.avatar_url).toBe(url);
    const { chat } = (await bob.get<{ chat: Chat }>(`/api/chat/${(await directChat(bob, ann))._id}`)).data;
    expect(chat.participants.find(({ user }) => user._id === ann.id)?.user.avatarUrl).toBe(url);
    expect((await sendChat(ann, chat._id, "look")).sender.avatarUrl).toBe(url);
  });

  test("gives way to another one, and its link then shows nothing", async () => {
    const [first, second] = [await buildFile(ann), await buildFile(ann)];
    await setTo(ann, first.file_id);
    const former = await pictureOf(ann);
    await setTo(ann, second.file_id);
    expect([await statusOf(former), await statusOf(await pictureOf(ann))]).toEqual([404, 200]);
    const latest = await pictureOf(ann);
    expect((await ann.put("/v1/users/me/avatar", { avatar_url: null })).status).toBe(200);
    expect([await pictureOf(ann), await statusOf(latest)]).toEqual([null, 404]);
  });

  test("is gone with the file", async () => {
    const { file_id } = await buildFile(ann);
    await setTo(ann, file_id);
    const url = await pictureOf(ann);
    await ann.delete(`/v1/storage/files/${file_id}`);
    expect([await pictureOf(ann), await statusOf(url)]).toEqual([null, 404]);
    await setTo(ann, (await buildFile(ann)).file_id);
    await ann.post(`/v1/storage/files/${file_id}/restore`);
    expect(await pictureOf(ann)).not.toContain(file_id);
  });

  test("is shown by no other link", async () => {
    const { file_id } = await buildFile(ann);
    await setTo(ann, file_id);
    const url = String(await pictureOf(ann));
    const other = await buildFile(ann);
    expect(await statusOf(url.replace(/signature=./, "signature=~"))).toBe(403);
    expect(await statusOf(url.replace(file_id, other.file_id))).toBe(403);
    expect(await statusOf(url.replace(/\?.*/, ""))).toBe(401);
    const content = `${app.url}/v1/storage/files/${file_id}/content${new URL(url).search}`;
    expect(await statusOf(content)).toBe(403);
  });

  test("must be a complete picture of one's own", async () => {
    const text = await buildFile(ann, new TextEncoder().encode("words"), { content_type: "text/plain" });
    const sealed = await buildFile(ann, png, { is_encrypted: true });
    const others = await buildFile(bob);
    for (const id of [text.file_id, sealed.file_id])
      expectRefusal(await setTo(ann, id), 400, "VALIDATION_ERROR", "file_id");
    expectRefusal(await setTo(ann, others.file_id), 403, "FORBIDDEN");
    expectRefusal(await setTo(ann, unknownId), 404, "NOT_FOUND");
    expectRefusal(await setTo(ann, "x"), 400, "VALIDATION_ERROR", "file_id");
    const twice = { file_id: others.file_id, avatar_url: "https://example.test/a.png" };
    expectRefusal(await ann.put("/v1/users/me/avatar", twice), 400, "VALIDATION_ERROR", "avatar_url");
  });
});

test("pictures follow the server to another address", async () => {
  const server = await startServer({ PARLEY_PUBLIC_URL: "https://one.example" });
  try {
    const person = await register(server);
    const { data: upload } = await person.post<{ file_id: string; upload_url: string }>(
      "/v1/storage/upload-url",
      {
        file_name: "face.png",
        file_size: png.length,
        content_type: "image/png",
      },
    );
    const { pathname, search } = new URL(upload.upload_url);
    await fetch(`${server.url}${pathname}${search}`, { method: "PUT", body: png });
    await person.post("/v1/storage/upload-complete", { file_id: upload.file_id });
    const { data } = await setTo(person, upload.file_id);
    expect(data.avatar_url).toStartWith("https://one.example/");
    await server.restart({ PARLEY_PUBLIC_URL: "https://two.example" });
    const url = new URL(String(await pictureOf(person)));
    expect(url.origin).toBe("https://two.example");
    expect(await statusOf(`${server.url}${url.pathname}${url.search}`)).toBe(200);
  } finally {
    await server.stop();
  }
});
