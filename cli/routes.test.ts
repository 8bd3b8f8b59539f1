import { expect, test } from "bun:test";
import { join } from "node:path";
import { runCommand } from "../server/test/kit/server.ts";

test("routes lists each route with its method, path, sign-in and what it is for, needing no server", async () => {
  const { code, stdout } = await runCommand(["routes"], { PARLEY_DATA_DIR: "/dev/null" });
  expect(code).toBe(0);
  const lines = stdout.split("\n").map((line) => line.trim().split(/ {2,}/));
  expect(lines[0]).toEqual(["METHOD", "PATH", "SIGN-IN", "SUMMARY"]);
  const find = (method: string, path: string) => lines.find(([m, p]) => m === method && p === path) ?? [];
  expect(find("POST", "/v1/auth/login")[2]).toBe("no");
  expect(find("POST", "/v1/messages")[2]).toBe("yes");
  expect(find("GET", "/v1/messages/:id")[3]?.length).toBeGreaterThan(3);
  expect(find("GET", "/health")[2]).toBe("no");
});

test("routes ends well and says nothing when whoever reads has had enough", async () => {
  const piped = Bun.spawn(["sh", "-c", '"$0" cli/main.ts routes --openapi | head -c 12', process.execPath], {
    cwd: join(import.meta.dir, ".."),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [shown, said] = await Promise.all([
    new Response(piped.stdout).text(),
    new Response(piped.stderr).text(),
  ]);
  expect({ shown, said }).toEqual({ shown: '{\n  "openapi', said: "" });
});

test("routes --openapi prints the document that a server gives out", async () => {
  const { code, stdout } = await runCommand(["routes", "--openapi"], {});
  expect(code).toBe(0);
  const document = JSON.parse(stdout) as { openapi: string; paths: Record<string, object> };
  expect(document.openapi).toStartWith("3.1");
  expect(Object.keys(document.paths)).toContain("/v1/conversations/{id}/participants");
  expect(Object.keys(document.paths)).toContain("/v1/ws/chat");
});
