import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startApp, type TestApp } from "../../server/test/kit/app.ts";

const root = join(import.meta.dir, "../..");

/** A folder with nothing in it but the installed package, as whoever tries the SDK has. */
let folder: string;
let app: TestApp;

async function run(argv: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
  const child = Bun.spawn(argv, {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: folder, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")}: ${complaint}${out}`);
  return out;
}

/** The blocks of the README that are marked with a language. */
async function blocks(language: string): Promise<string[]> {
  const text = await Bun.file(join(root, "sdk/README.md")).text();
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, block]) => block ?? "",
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-sdk-"));
  await run([process.execPath, "scripts/build-sdk.ts", join(folder, "package")], root);
  await run(["npm", "pack", "./package", "--offline"], folder);
  await Bun.write(join(folder, "project/package.json"), '{"name":"project","private":true,"type":"module"}');
  const install = ["npm", "install", "--offline", "--no-audit", "--no-fund", "../parley-sdk-0.1.0.tgz"];
  await run(install, join(folder, "project"));
  app = await startApp();
}, 120_000);
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("the README's quick start, in an empty folder with the packed SDK", () => {
  const prepare = async () => {
    const [script = ""] = await blocks("js");
    const [output = ""] = await blocks("text");
    const file = join(folder, "project/quick-start.mjs");
    await Bun.write(file, script);
    return { file, output, env: { PARLEY_URL: app.url } };
  };

  test("prints on Node what it says", async () => {
    const { file, output, env } = await prepare();
    const argv = ["node", "--experimental-websocket", "--no-warnings", file];
    expect(await run(argv, join(folder, "project"), env)).toBe(output);
  }, 60_000);

  test("prints on Bun what it says", async () => {
    const { file, output, env } = await prepare();
    expect(await run([process.execPath, file], join(folder, "project"), env)).toBe(output);
  }, 60_000);
});

describe("the package", () => {
  test("needs nothing else to run", async () => {
    const manifest = (await Bun.file(
      join(folder, "project/node_modules/@parley/sdk/package.json"),
    ).json()) as object;
    expect(manifest).not.toHaveProperty("dependencies");
    const code = await Bun.file(join(folder, "project/node_modules/@parley/sdk/index.js")).text();
    expect(code).not.toMatch(/\bimport\s*[("'{*]|\brequire\(/);
  });

  test("has types that hold by themselves, and refuse what the server would", async () => {
    const snippets = (await blocks("ts")).map(
      (block, place) => `export async function snippet${place}() {\n${block}}`,
    );
    const usage = [
      'import { ParleyClient, type Message } from "@parley/sdk";',
      "declare const id: string, conversationId: string;",
      'const client = new ParleyClient({ url: "https://chat.example.com" });',
      "const titles: (string | null)[] = (await client.conversations.list({ unread: true })).conversations.map((c) => c.title);",
      'client.on("chat", (message: Message) => console.log(message.seq, titles));',
      'client.on("outbox", ({ entry }) => console.log(entry.state satisfies "queued" | "sending" | "sent" | "failed"));',
      "// @ts-expect-error a message has a type",
      'await client.messages.send({ conversation_id: id, content: "Hello" });',
      "// @ts-expect-error there is no such event",
      'client.on("chatter", () => undefined);',
      "// @ts-expect-error nor such a sort",
      'await client.conversations.list({ sort: "colour" });',
      ...snippets.map((text) =>
        text.replace('const client = new ParleyClient({ url: "https://chat.example.com" });', ""),
      ),
    ];
    await Bun.write(join(folder, "project/usage.ts"), usage.join("\n"));
    const options = [
      "--strict",
      "--target",
      "esnext",
      "--module",
      "nodenext",
      "--lib",
      "esnext,dom",
      "--types",
      "",
    ];
    const tsc = join(root, "node_modules/.bin/tsc");
    expect(await run([tsc, "--noEmit", ...options, "usage.ts"], join(folder, "project"))).toBe("");
  }, 60_000);
});
