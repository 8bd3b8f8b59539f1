import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";
import type { Fetch } from "../src/index.ts";
import { closeClients, groupOf, refusal, signUp } from "./kit.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(closeClients);
afterAll(() => app.stop());

const text = (content: string) => new Blob([content], { type: "text/plain" });

describe("a file", () => {
  test("is uploaded, sent with a message, and downloaded by whoever sees the message", async () => {
    const [ann, bob] = [await signUp(app), await signUp(app)];
    const id = await groupOf(ann, bob);
    const steps: number[] = [];
    const onProgress = (sent: number, total: number) => void steps.push(sent / total);
    const file = await ann.client.files.upload(text("Hello"), { name: "greeting.txt", onProgress });
    expect([file.file_name, file.file_size, steps.at(-1)]).toEqual(["greeting.txt", 5, 1]);
    const metadata = { attachments: [file.file_id] };
    const message = await ann.client.messages.send({ conversation_id: id, message_type: "file", metadata });
    expect(message.attachments).toMatchObject([{ file_id: file.file_id, file_name: "greeting.txt" }]);
    expect(await (await bob.client.files.download(file.file_id)).text()).toBe("Hello");
  });

  test("of many megabytes goes in parts, and a part that is cut off is sent again", async () => {
    let cuts = 2;
    const flaky: Fetch = async (url, init) => {
      if (init.method === "PUT" && cuts-- > 0) throw new TypeError("cut off");
      return await fetch(url, init);
    };
    const ann = await signUp(app, { fetch: flaky });
    const bytes = new Uint8Array(20 * 1024 * 1024).map((_, place) => place % 251);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const options = { name: "large.bin", isEncrypted: true, sha256 };
    const file = await ann.client.files.upload(new Blob([bytes]), options);
    expect(file.file_size).toBe(bytes.length);
    const back = new Uint8Array(await (await ann.client.files.download(file.file_id)).arrayBuffer());
    expect(createHash("sha256").update(back).digest("hex")).toBe(sha256);
    expect(cuts).toBeLessThan(0);
  }, 60_000);

  test("is listed, deleted, restored and counted", async () => {
    const { client } = await signUp(app);
    const { file_id } = await client.files.upload(text("12345"), { name: "a.txt" });
    expect((await client.files.list()).files.map((file) => file.file_id)).toEqual([file_id]);
    expect((await client.files.quota()).used).toBe(5);
    await client.files.delete(file_id);
    expect((await client.files.list()).files).toEqual([]);
    expect((await client.files.restore(file_id)).file_name).toBe("a.txt");
  });

  test("that is refused says why: other bytes than announced, a type that is not allowed", async () => {
    const { client } = await signUp(app);
    const wrong = client.files.upload(text("Hello"), { name: "a.txt", sha256: "0".repeat(64) });
    expect((await refusal(wrong)).code).toBe("CONFLICT");
    const program = client.files.upload(new Blob(["MZ"]), {
      name: "a.exe",
      type: "application/x-msdownload",
    });
    expect((await refusal(program)).code).toBe("UNSUPPORTED_MEDIA_TYPE");
    const given = client.files.upload(text("Hello"), { signal: AbortSignal.abort() });
    expect((await refusal(given)).code).toBe("ABORTED");
  });
});
