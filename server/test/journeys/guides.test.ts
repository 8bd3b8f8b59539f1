import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestProvider } from "../kit/ai-provider.ts";
import { startApp } from "../kit/app.ts";
import { isAsShown, programOf, readSnippets, type Snippet, splitOutput } from "../kit/guide.ts";

const root = join(import.meta.dir, "../../..");
const folder = join(root, "docs/guides");
const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
const provider = await TestProvider.start();
afterAll(() => provider.stop());
/** What a guide's server has beside the usual. */
const environments: Record<string, Record<string, string>> = {
  "limits.md": { PARLEY_RATE_LIMITS: "default" },
  "workspaces.md": provider.env,
};

test("there is a guide for starting, signing in, each way in, encryption, errors and limits", () => {
  expect(names).toEqual([
    "authentication.md",
    "chat-and-socket-io.md",
    "encryption.md",
    "errors.md",
    "limits.md",
    "quick-start.md",
    "websocket.md",
    "workspaces.md",
  ]);
});

describe.each(names)("the guide %s", (name) => {
  test.each(["sh", "ts"] as const)(
    "works as it is written, in %s",
    async (language) => {
      const guide = await Bun.file(join(folder, name)).text();
      const snippets = readSnippets(guide).filter((snippet) => snippet.language === language);
      expect(snippets.length).toBeGreaterThan(0);
      const { code, output, complaint } = await run(snippets, environments[name] ?? {});
      expect({ code, complaint }).toEqual({ code: 0, complaint: "" });
      const printed = splitOutput(output);
      expect(printed).toHaveLength(snippets.length);
      for (const [index, { prints }] of snippets.entries()) {
        const is = printed[index] ?? "";
        if (!isAsShown(is, prints ?? "")) expect(is).toBe(prints ?? "");
      }
    },
    60_000,
  );

  test("shows every step in both languages", async () => {
    const languages = readSnippets(await Bun.file(join(folder, name)).text()).map(({ language }) => language);
    expect(languages).toEqual(languages.map((_, index) => (index % 2 === 0 ? "sh" : "ts")));
  });
});

/** Runs the program against a server of its own, at the address that the guides name. */
async function run(snippets: Snippet[], env: Record<string, string>) {
  const app = await startApp(env);
  const scratch = await mkdtemp(join(tmpdir(), "parley-guide-"));
  try {
    const program = programOf(snippets).replaceAll("http://127.0.0.1:8080", app.url);
    const isShell = snippets[0]?.language === "sh";
    const file = join(scratch, isShell ? "guide.sh" : "guide.ts");
    await Bun.write(file, program);
    // Where a guide installs a client first.
    await symlink(join(root, "node_modules"), join(scratch, "node_modules"));
    const child = Bun.spawn(isShell ? ["bash", file] : [process.execPath, "run", file], {
      cwd: scratch,
      env: { PATH: process.env.PATH, HOME: scratch, TMPDIR: scratch },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [output, complaint] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    return { code: await child.exited, output, complaint };
  } finally {
    await app.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}
