import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { startApp, type TestApp } from "../kit/app.ts";
import { expectRefusal, expectTime, outcome, unknownId } from "../kit/expectations.ts";
import { announce, buildFile, complete, png, put, type StoredFile } from "../kit/files.ts";
import { buildGroup, type Person, register, sendText } from "../kit/person.ts";
import type { Message } from "../kit/shapes.ts";
import { TestSocket } from "../kit/socket.ts";

let app: TestApp;
let ann: Person;
let bob: Person;

const mebibyte = 1024 * 1024;
const codeOf = async (response: Response) =>
  `${response.status} ${((await response.json()) as { error?: { code: string } }).error?.code ?? "ok"}`;
const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const contentOf = (file: StoredFile) => `/v1/storage/files/${file.file_id}/content`;
const letters = (size: number) => new Uint8Array(size).fill(65);

interface Download {
  download_url: string;
  file_name: string;
  expires_at: string;
}

beforeAll(async () => {
  app = await startApp({ PARLEY_FILE_MAX: "20MiB", PARLEY_FILE_QUOTA: "64MiB" });
  await register(app);
  [ann, bob] = await Promise.all([register(app), register(app)]);
});

afterAll(() => app.stop());

describe("an upload", () => {
  test("is announced, sent to its link without a token, and completed", async () => {
    const { data } = await announce(ann, {});
    expect(data.upload_url).toStartWith(app.url);
    expectTime(data.expires_at, 60 * 60 * 1000);
    expect((await put(data.upload_url, png)).status).toBe(200);
    const done = await complete(ann, data.file_id, { sha256: hashOf(png) });
    expect([done.status, done.data.message]).toEqual([200, "Upload completed"]);
    expect(done.data.file).toMatchObject({
      file_name: "pixel.png",
      file_size: png.length,
      content_type: "image/png",
      sha256: hashOf(png),
    });
    expect((await complete(ann, data.file_id)).status).toBe(200);
  });

  test("cannot be downloaded or shared before it is complete", async () => {
    const { data } = await announce(ann, {});
    await put(data.upload_url, png);
    expect(outcome(await ann.get(`/v1/storage/download-url/${data.file_id}`))).toBe("404 NOT_FOUND");
    const group = await buildGroup(ann, [bob]);
    const body = {
      conversation_id: group.id,
      message_type: "file",
      metadata: { attachments: [data.file_id] },
    };
    expectRefusal(await ann.post("/v1/messages", body), 404, "NOT_FOUND", "metadata.attachments.0");
    const unknown = { ...body, metadata: { attachments: [unknownId] } };
    expectRefusal(await ann.post("/v1/messages", unknown), 404, "NOT_FOUND", "metadata.attachments.0");
  });

  test("over 8 MiB comes in parts, in any order and again at will", async () => {
    const bytes = new Uint8Array(17 * mebibyte);
    for (let index = 0; index < bytes.length; index += 4096) bytes[index] = 1 + (index % 251);
    const { data } = await announce(ann, {
      file_name: "secret.bin",
      file_size: bytes.length,
      content_type: "application/octet-stream",
      is_encrypted: true,
      parts: true,
      sha256: hashOf(bytes).toUpperCase(),
    });
    const { part_size: size = 0, part_urls: urls = [] } = data;
    expect([size, urls.length]).toEqual([8 * mebibyte, 3]);
    const sendPart = (index: number) =>
      put(urls[index] ?? "", bytes.slice(index * size, (index + 1) * size), {});
    for (const index of [2, 0, 0]) expect((await sendPart(index)).status).toBe(200);
    expect(outcome(await complete(ann, data.file_id))).toBe("409 CONFLICT");
    expect(await codeOf(await put(urls[1] ?? "", letters(5), {}))).toBe("409 CONFLICT");
    await sendPart(1);
    expect((await complete(ann, data.file_id)).data.file.sha256).toBe(hashOf(bytes));
    const content = await ann.request("GET", `/v1/storage/files/${data.file_id}/content`, {
      headers: { range: `bytes=${size - 1}-${size}` },
    });
    expect(content.status).toBe(206);
    await ann.delete(`/v1/storage/files/${data.file_id}`);
  });

  test("takes exactly what was announced: other sizes, types and hashes are refused", async () => {
    const { data } = await announce(ann, {});
    expect(await codeOf(await put(data.upload_url, png.slice(1)))).toBe("409 CONFLICT");
    expect(await codeOf(await put(data.upload_url, letters(png.length + 1)))).toBe("409 CONFLICT");
    expect(await codeOf(await put(data.upload_url, png, { "content-type": "image/gif" }))).toBe(
      "415 UNSUPPORTED_MEDIA_TYPE",
    );
    expect(outcome(await complete(ann, data.file_id))).toBe("409 CONFLICT");
    await put(data.upload_url, png);
    expect(outcome(await complete(ann, data.file_id, { sha256: "0".repeat(64) }))).toBe("409 CONFLICT");
    await put(data.upload_url, letters(png.length));
    expect(outcome(await complete(ann, data.file_id))).toBe("415 UNSUPPORTED_MEDIA_TYPE");
    await put(data.upload_url, png);
    expect((await complete(ann, data.file_id)).status).toBe(200);
    expect(await codeOf(await put(data.upload_url, png))).toBe("409 CONFLICT");
  });

  test.each([
    ["in one piece", png, { content_type: "image/png" }],
    [
      "in parts",
      letters(8 * mebibyte + 5),
      { content_type: "application/octet-stream", is_encrypted: true, parts: true },
    ],
  ])("%s keeps its bytes when a hash is refused: the right one completes it", async (_, bytes, extra) => {
    const { data } = await announce(ann, { file_size: bytes.length, ...extra });
    const { part_size: size = bytes.length, part_urls: urls = [data.upload_url] } = data;
    for (const [index, url] of urls.entries())
      await put(url, bytes.slice(index * size, (index + 1) * size), { "content-type": extra.content_type });
    for (let time = 0; time < 2; time++)
      expect(outcome(await complete(ann, data.file_id, { sha256: "0".repeat(64) }))).toBe("409 CONFLICT");
    expect(outcome(await ann.get(`/v1/storage/download-url/${data.file_id}`))).toBe("404 NOT_FOUND");
    const completed = await complete(ann, data.file_id, { sha256: hashOf(bytes) });
    expect([completed.status, completed.data.file.sha256]).toEqual([200, hashOf(bytes)]);
    await ann.delete(`/v1/storage/files/${data.file_id}`);
  });

  test("goes only where its link says: a changed link is 403", async () => {
    const { data } = await announce(ann, {});
    const other = (await announce(ann, {})).data;
    const url = new URL(data.upload_url);
    const changed = (change: (url: URL) => void) => {
      const copy = new URL(url);
      change(copy);
      return copy.href;
    };
    for (const link of [
      changed((copy) => copy.searchParams.set("expires", String(Date.now() + 9e9))),
      changed((copy) => copy.searchParams.set("signature", "x")),
      changed((copy) => copy.searchParams.set("signature", `${copy.searchParams.get("signature")}x`)),
      changed((copy) => copy.searchParams.set("part", "1")),
      changed((copy) => {
        copy.pathname = new URL(other.upload_url).pathname;
      }),
    ])
      expect(await codeOf(await put(link, png))).toBe("403 FORBIDDEN");
    const reading = changed((copy) => {
      copy.pathname = `/v1/storage/files/${data.file_id}/content`;
    });
    expect(await codeOf(await fetch(reading))).toBe("403 FORBIDDEN");
  });

  test.each([
    ["a file without a name", { file_name: "" }, "400 VALIDATION_ERROR"],
    ["an empty file", { file_size: 0 }, "400 VALIDATION_ERROR"],
    ["a size that is no whole number", { file_size: 1.5 }, "400 VALIDATION_ERROR"],
    ["a file over the size", { file_size: 20 * mebibyte + 1 }, "413 PAYLOAD_TOO_LARGE"],
    ["a type that is not let in", { content_type: "text/html" }, "415 UNSUPPORTED_MEDIA_TYPE"],
    ["a type that is none", { content_type: "constructor" }, "415 UNSUPPORTED_MEDIA_TYPE"],
    [
      "opaque bytes that are not encrypted",
      { content_type: "application/octet-stream" },
      "415 UNSUPPORTED_MEDIA_TYPE",
    ],
  ])("of %s is refused", async (_, body, wanted) => {
    expect(outcome(await announce(ann, body))).toBe(wanted);
  });

  test("is completed by its owner alone", async () => {
    const { data } = await announce(ann, {});
    await put(data.upload_url, png);
    expect(outcome(await complete(bob, data.file_id))).toBe("403 FORBIDDEN");
    expect(outcome(await complete(ann, unknownId))).toBe("404 NOT_FOUND");
  });
});

describe("a download", () => {
  test("is by a link that is good for five minutes", async () => {
    const file = await buildFile(ann);
    const { data } = await ann.get<Download>(`/v1/storage/download-url/${file.file_id}`);
    expect(data).toMatchObject({ file_name: "pixel.png", file_size: png.length, content_type: "image/png" });
    expectTime(data.expires_at, 5 * 60 * 1000);
    expect(new Uint8Array(await (await fetch(data.download_url)).arrayBuffer())).toEqual(png);
  });

  test("is the owner's, and of those in a conversation that it was shared in", async () => {
    const file = await buildFile(ann);
    const path = `/v1/storage/download-url/${file.file_id}`;
    expect(outcome(await bob.get(path))).toBe("403 FORBIDDEN");
    const group = await buildGroup(ann, [bob]);
    const message = await sendText(ann, group.id, "here", { metadata: { attachments: [file.file_id] } });
    expect((message.attachments as { file_id: string }[]).map(({ file_id }) => file_id)).toEqual([
      file.file_id,
    ]);
    expect((await bob.get(path)).status).toBe(200);
    await ann.delete(`/v1/conversations/${group.id}/participants/${bob.id}`);
    expect(outcome(await bob.get(path))).toBe("403 FORBIDDEN");
    expect(outcome(await ann.get(`/v1/storage/download-url/${unknownId}`))).toBe("404 NOT_FOUND");
    expect(outcome(await ann.get("/v1/storage/download-url/x"))).toBe("400 VALIDATION_ERROR");
  });

  test("runs nothing in a browser: pictures in place, all else as an attachment, in a sandbox", async () => {
    const picture = await ann.get(contentOf(await buildFile(ann)));
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(picture.headers.get("content-disposition")).toStartWith("inline; ");
    const name = 'a"b\\c/../é\u202e.txt';
    const notes = await buildFile(ann, letters(5), { file_name: name, content_type: "text/plain" });
    const answer = await ann.get(contentOf(notes));
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="a_b_c_.._e__.txt"; filename*=UTF-8''${encodeURIComponent(name)}`.replace(
        "e__",
        "__",
      ),
    );
    for (const { headers } of [picture, answer]) {
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("sandbox");
    }
    const secret = await buildFile(ann, png, { is_encrypted: true });
    const sealed = await ann.get(contentOf(secret));
    expect(sealed.headers.get("content-type")).toBe("application/octet-stream");
    expect(sealed.headers.get("content-disposition")).toStartWith("attachment; ");
  });

  test.each([
    ["bytes=0-3", 206, "AAAA", "bytes 0-3/10"],
    ["bytes=8-", 206, "AA", "bytes 8-9/10"],
    ["bytes=-3", 206, "AAA", "bytes 7-9/10"],
    ["bytes=0-999", 206, "AAAAAAAAAA", "bytes 0-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=0-1,4-5", 200, "AAAAAAAAAA", null],
    ["bytes=5-2", 200, "AAAAAAAAAA", null],
    ["lines=1-2", 200, "AAAAAAAAAA", null],
  ])("of %s answers %i", async (range, status, body, contentRange) => {
    const file = await buildFile(ann, letters(10), { content_type: "text/plain" });
    const answer = await ann.get(contentOf(file), { range });
    expect([answer.status, answer.text, answer.headers.get("content-range")]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });
});

describe("one's files", () => {
  test("are listed, deleted and restored by their owner", async () => {
    const owner = await register(app);
    const [first, second] = [
      await buildFile(owner, png, { file_name: "beta.png" }),
      await buildFile(owner, png, { file_name: "Alpha.png" }),
    ];
    interface List {
      files: StoredFile[];
      next_cursor: string | null;
    }
    const list = async (query = "") => (await owner.get<List>(`/v1/storage/files${query}`)).data;
    const names = async (query = "") => (await list(query)).files.map(({ file_name }) => file_name);
    expect(await names()).toEqual(["Alpha.png", "beta.png"]);
    expect(await names("?sort=name")).toEqual(["Alpha.png", "beta.png"]);
    expect(await names("?q=BET")).toEqual(["beta.png"]);
    const page = await list("?limit=1");
    expect(await names(`?limit=1&cursor=${page.next_cursor}`)).toEqual(["beta.png"]);
    const path = `/v1/storage/files/${first.file_id}`;
    expect(outcome(await bob.delete(path))).toBe("403 FORBIDDEN");
    expect((await owner.delete<{ message: string }>(path)).data.message).toBe("File deleted successfully");
    expect([await names(), await names("?deleted=true")]).toEqual([["Alpha.png"], ["beta.png"]]);
    expect(outcome(await owner.get(contentOf(first)))).toBe("404 NOT_FOUND");
    expect(outcome(await owner.delete(path))).toBe("404 NOT_FOUND");
    expect((await owner.post(`${path}/restore`)).status).toBe(200);
    expect((await owner.get(contentOf(first))).status).toBe(200);
    expect(second.file_id).not.toBe(first.file_id);
  });

  test("show in the messages that share them, and to who is there, that they were deleted, until they are restored", async () => {
    const owner = await register(app);
    const [file, other] = [await buildFile(owner), await buildFile(owner)];
    const groups = [await buildGroup(owner, [bob]), await buildGroup(owner, [bob])];
    const sent: Message[] = [];
    for (const { id } of groups)
      sent.push(
        await sendText(owner, id, "look", { metadata: { attachments: [other.file_id, file.file_id] } }),
      );
    const [first] = sent;
    const read = async (id = first?.message_id) => (await bob.get<Message>(`/v1/messages/${id}`)).data;
    const socket = await TestSocket.connect(app, bob);
    const path = `/v1/storage/files/${file.file_id}`;

    const answers = await Promise.all([owner.delete(path), owner.delete(path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    for (const { message_id, version, metadata } of sent) {
      const message = await read(message_id);
      expect(message.attachments).toMatchObject([{ file_id: other.file_id }, { file_id: file.file_id }]);
      expect(message.attachments[0]).not.toHaveProperty("deleted_at");
      expectTime((message.attachments[1] as { deleted_at?: string }).deleted_at, 0);
      expect(message).toMatchObject({ content: "look", edited_at: null, metadata, version: version + 1 });
    }
    const frames = [await socket.next("message_edited"), await socket.next("message_edited")];
    expect(frames.map(({ message_id }) => message_id).sort()).toEqual(
      sent.map(({ message_id }) => message_id).sort(),
    );
    expect(frames[0]?.attachments).toEqual((await read(String(frames[0]?.message_id))).attachments);

    expect((await owner.post(`${path}/restore`)).status).toBe(200);
    expect((await read()).attachments).toEqual(first?.attachments ?? []);
    expect(await socket.next("message_edited")).toMatchObject({ attachments: first?.attachments });
    await socket.close();
  });

  test("count for the quota from their announcement on, and twenty at once never go over it", async () => {
    const owner = await register(app);
    const quota = async () =>
      (
        await owner.get<{
          used: number;
          total: number;
          available: number;
          usage_percentage: number;
          warning?: string;
        }>("/v1/storage/quota")
      ).data;
    expect(await quota()).toEqual({
      used: 0,
      total: 64 * mebibyte,
      available: 64 * mebibyte,
      usage_percentage: 0,
    });
    const large = { file_size: 10 * mebibyte };
    const answers = await Promise.all(Array.from({ length: 20 }, () => announce(owner, large)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(6);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(14);
    expect(await quota()).toMatchObject({
      used: 60 * mebibyte,
      usage_percentage: 93.75,
      warning: expect.any(String),
    });
    const one = answers.find(({ status }) => status === 200)?.data.file_id;
    await owner.delete(`/v1/storage/files/${one}`);
    expect((await quota()).used).toBe(50 * mebibyte);
  });

  test("are theirs to share: another's file is no attachment", async () => {
    const file = await buildFile(ann);
    const group = await buildGroup(bob, [ann]);
    const body = {
      conversation_id: group.id,
      message_type: "file",
      metadata: { attachments: [file.file_id] },
    };
    expectRefusal(await bob.post("/v1/messages", body), 403, "FORBIDDEN", "metadata.attachments.0");
    const shared = await ann.post<Message>("/v1/messages", body);
    expect([shared.status, shared.data.content]).toEqual([201, ""]);
  });
});
