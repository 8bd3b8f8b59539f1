import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startApp, type TestApp } from "../kit/app.ts";
import { type Chat, type ChatMessage, directChat, groupChat, listChat, sendChat } from "../kit/chat.ts";
import { expectRefusal, outcome } from "../kit/expectations.ts";
import { png, sendFile } from "../kit/files.ts";
import { type Person, register } from "../kit/person.ts";
import type { Message } from "../kit/shapes.ts";

let app: TestApp;
let ann: Person;
let bob: Person;
let outsider: Person;
let chat: Chat;

const text = (words: string) => new TextEncoder().encode(words) as Uint8Array<ArrayBuffer>;
const urlOf = (message: ChatMessage) => message.attachments[0]?.url ?? "";
const usedBy = async (person: Person) => (await person.get<{ used: number }>("/v1/storage/quota")).data.used;

beforeAll(async () => {
  app = await startApp({ PARLEY_FILE_MAX: "300KiB", PARLEY_FILE_QUOTA: "1MiB" });
  await register(app);
  [ann, bob, outsider] = await Promise.all([register(app), register(app), register(app)]);
  chat = await groupChat(ann, [bob]);
});

afterAll(() => app.stop());

describe("a file message", () => {
  test("is a message with an attachment, whose link gives the bytes to whoever holds it", async () => {
    const answer = await sendFile(ann, chat._id, {}, { content: "look" });
    expect(answer.status).toBe(201);
    const { message } = answer.data;
    expect(message).toMatchObject({
      content: "look",
      type: "image",
      sender: { _id: ann.id },
      metadata: {},
      attachments: [{ filename: "pixel.png", mimeType: "image/png", size: png.length }],
    });
    const response = await fetch(urlOf(message));
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(png);
    expect((await listChat(bob, chat._id)).messages[0]?.attachments[0]?.filename).toBe("pixel.png");
    expect(
      outcome(await bob.patch(`/api/chat/${chat._id}/messages/read`, { messageIds: [message._id] })),
    ).toBe("200 ok");
  });

  test("needs no caption, takes a reply, and is the same message on core", async () => {
    const question = await sendChat(bob, chat._id, "show me");
    const notes = { bytes: text("a,b\n1,2\n"), name: "ü 7.csv", type: "text/csv" };
    const { message } = (
      await sendFile(ann, chat._id, notes, { replyToMessageId: question._id, content: "" })
    ).data;
    expect([message.content, message.type, message.replyTo]).toEqual(["", "file", question._id]);
    const core = (await bob.get<Message>(`/v1/messages/${message._id}`)).data;
    expect(core.attachments).toEqual([
      { file_id: expect.any(String), file_name: "ü 7.csv", content_type: "text/csv", file_size: 8 },
    ]);
    expect(core.metadata.attachments).toEqual([(core.attachments[0] as { file_id: string }).file_id]);
  });

  test("of which the form does not say what it is, is what its bytes are", async () => {
    const said = async (file: { bytes?: Uint8Array<ArrayBuffer>; name?: string }) =>
      (await sendFile(ann, chat._id, { type: "application/octet-stream", ...file })).data.message
        .attachments[0]?.mimeType;
    expect(await said({})).toBe("image/png");
    expect(await said({ bytes: text("plain words"), name: "notes" })).toBe("text/plain");
  });

  test("named by a path on somebody's disk, keeps the name alone", async () => {
    const named = async (name: string) =>
      (await sendFile(ann, chat._id, { name })).data.message.attachments[0]?.filename;
    expect(await named("../../etc/pass wd.png")).toBe("pass wd.png");
    expect(await named("C:\\fakepath\\ü.png")).toBe("ü.png");
    expect(await named("folder/")).toBe("file");
  });

  test("sent again with the same key is the first one, and its file is kept once", async () => {
    const before = await usedBy(ann);
    const send = () => sendFile(ann, chat._id, {}, {}, { "idempotency-key": "file-1" });
    const [first, again] = [await send(), await send()];
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.data.message._id).toBe(first.data.message._id);
    expect(await usedBy(ann)).toBe(before + png.length);
  });

  test("deleted, takes its attachment from everybody but its owner", async () => {
    const { message } = (await sendFile(ann, chat._id, {})).data;
    const path = new URL(urlOf(message)).pathname;
    expect((await bob.get(path)).status).toBe(200);
    await ann.delete(`/api/chat/${chat._id}/messages/${message._id}`);
    expect(outcome(await bob.get(path))).toBe("403 FORBIDDEN");
    expect((await ann.get(path)).status).toBe(200);
    expect((await listChat(bob, chat._id)).messages[0]).toMatchObject({ attachments: [], content: "" });
  });
});

describe("the bytes of a shared file", () => {
  test("are for participants by their token, and for nobody else", async () => {
    const path = new URL(urlOf((await sendFile(ann, chat._id, {})).data.message)).pathname;
    expect((await bob.get(path)).status).toBe(200);
    expect(outcome(await outsider.get(path))).toBe("403 FORBIDDEN");
    expect((await fetch(app.url + path)).status).toBe(401);
    const other = await groupChat(ann, [bob, outsider]);
    const shared = new URL(urlOf((await sendFile(ann, other._id, {})).data.message)).pathname;
    expect((await outsider.get(shared)).status).toBe(200);
    await ann.delete(`/api/chat/${other._id}/participants/${outsider.id}`);
    expect(outcome(await outsider.get(shared))).toBe("403 FORBIDDEN");
  });
});

describe("what is refused leaves nothing behind", () => {
  const html = text("<html><script>alert(1)</script></html>");
  test.each([
    ["no file", null, {}, "400 VALIDATION_ERROR"],
    ["an empty file", { bytes: new Uint8Array() }, {}, "400 VALIDATION_ERROR"],
    ["a page that says it is a picture", { bytes: html }, {}, "415 UNSUPPORTED_MEDIA_TYPE"],
    ["a picture that says it is text", { type: "text/plain" }, {}, "415 UNSUPPORTED_MEDIA_TYPE"],
    ["a type that is not let in", { bytes: html, type: "text/html" }, {}, "415 UNSUPPORTED_MEDIA_TYPE"],
    [
      "bytes of no known kind",
      { bytes: new Uint8Array([0, 1, 2, 3, 0]), type: "application/octet-stream" },
      {},
      "415 UNSUPPORTED_MEDIA_TYPE",
    ],
    ["a caption over 5,000 characters", {}, { content: "x".repeat(5_001) }, "400 VALIDATION_ERROR"],
    ["a malformed reply", {}, { replyToMessageId: "x" }, "400 VALIDATION_ERROR"],
    [
      "a reply to nothing",
      {},
      { replyToMessageId: "01890000-0000-7000-8000-000000000000" },
      "400 VALIDATION_ERROR",
    ],
    [
      "a file over the size",
      { bytes: new Uint8Array(300 * 1024 + 1), type: "text/plain" },
      {},
      "413 PAYLOAD_TOO_LARGE",
    ],
    [
      "a file far over the size",
      { bytes: new Uint8Array(2_000_000), type: "text/plain" },
      {},
      "413 PAYLOAD_TOO_LARGE",
    ],
  ])("%s", async (_, file, fields, wanted) => {
    const before = await usedBy(bob);
    const total = (await listChat(bob, chat._id)).pagination.total;
    expect(outcome(await sendFile(bob, chat._id, file, fields))).toBe(wanted);
    expect(await usedBy(bob)).toBe(before);
    expect((await listChat(bob, chat._id)).pagination.total).toBe(total);
  });

  test("JSON is 415, a form that ends too early or holds two files is 400", async () => {
    const path = `/api/chat/${chat._id}/messages/file`;
    expectRefusal(await ann.post(path, { content: "x" }), 415, "UNSUPPORTED_MEDIA_TYPE");
    const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n`;
    const send = (raw: string) =>
      ann.request("POST", path, { raw, headers: { "content-type": "multipart/form-data; boundary=b" } });
    const before = await usedBy(ann);
    for (const raw of [
      "",
      "nonsense",
      "--b\r\n\r\nx\r\n--b--",
      `${head}cut`,
      `${head}one\r\n${head}two\r\n--b--`,
    ])
      expectRefusal(await send(raw), 400, "VALIDATION_ERROR");
    expect(await usedBy(ann)).toBe(before);
    expect((await send(`preamble\r\n${head}--b is no end\r\n--b--\r\nepilogue`)).status).toBe(201);
  });

  test("others and unknown chats are refused before the file is read", async () => {
    expect(outcome(await sendFile(outsider, chat._id, {}))).toBe("403 FORBIDDEN");
    expect(outcome(await sendFile(ann, "01890000-0000-7000-8000-000000000000", {}))).toBe("404 NOT_FOUND");
    expect(await usedBy(outsider)).toBe(0);
  });

  test("files over the quota are 409, and twenty at once never go over it", async () => {
    const saver = await register(app);
    const own = await directChat(saver, bob);
    const big = { bytes: new Uint8Array(250 * 1024).fill(65), name: "a.txt", type: "text/plain" };
    const answers = await Promise.all(Array.from({ length: 8 }, () => sendFile(saver, own._id, big)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 409, 409, 409, 409]);
    expect(await usedBy(saver)).toBe(4 * 250 * 1024);
  });
});

test("a form is read right however its bytes are cut", async () => {
  const bytes = text("line\r\n--parley-is-no-boundary\r\n\r\n--boun");
  const body = Buffer.concat([
    Buffer.from('--bound\r\nContent-Disposition: form-data; name="content"\r\n\r\ncaption é\r\n'),
    Buffer.from(
      '--bound\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\".txt"\r\nContent-Type: text/plain\r\n\r\n',
    ),
    bytes,
    Buffer.from("\r\n--bound--\r\n"),
  ]);
  for (const size of [1, 2, 3, 7, 50, 1_000]) {
    const raw = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let from = 0; from < body.length; from += size)
          controller.enqueue(body.subarray(from, from + size));
        controller.close();
      },
    });
    const answer = await ann.request<{ message: ChatMessage }>(
      "POST",
      `/api/chat/${chat._id}/messages/file`,
      {
        raw,
        headers: { "content-type": 'multipart/form-data; boundary="bound"' },
      },
    );
    expect(answer.data.message).toMatchObject({
      content: "caption é",
      attachments: [{ filename: 'a "b".txt', size: bytes.length }],
    });
    expect(await (await fetch(urlOf(answer.data.message))).text()).toBe(new TextDecoder().decode(bytes));
  }
});
