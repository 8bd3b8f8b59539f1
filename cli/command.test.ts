import { describe, expect, test } from "bun:test";
import { runCommand } from "../server/test/kit/server.ts";
import { type Command, readArguments, UsageError } from "./command.ts";

const command: Command = {
  summary: "Do a thing",
  operands: ["FILE"],
  flags: {
    "--room": { about: "a name", value: "NAME", isRequired: true },
    "--member": { about: "an address", value: "E-MAIL", isRepeatable: true },
    "--force": { about: "all the same" },
  },
  run: async () => 0,
};
const read = (...words: string[]) => readArguments("thing", command, words);

describe("arguments", () => {
  test("come in any order, with a space or «=», repeated where that is allowed", () => {
    const given = read("--member", "a@x", "file", "--force", "--room=The = room", "--member=b@x");
    expect(given.operands).toEqual(["file"]);
    expect(given.value("--room")).toBe("The = room");
    expect(given.values("--member")).toEqual(["a@x", "b@x"]);
    expect(given.has("--force")).toBe(true);
    expect(read("--room", "r", "--", "--file").operand(0)).toBe("--file");
  });

  test.each([
    [["file", "--room", "r", "--rooms", "x"], "does not know --rooms; allowed: --room, --member, --force"],
    [["file", "--room", "r", "-f"], "does not know -f"],
    [["file", "--room", "r", "--force=yes"], "--force takes no value"],
    [["file", "--room"], "--room needs a value: --room NAME"],
    [["file", "--room", "--force"], "--room needs a value"],
    [["file", "--room=r", "--room=s"], "--room may be given once only"],
    [["--room", "r"], "thing needs FILE"],
    [["file"], "thing needs --room NAME"],
    [["file", "more", "--room", "r"], "does not take «more»; it takes FILE"],
  ])("%j are refused with what is allowed", (words, message) => {
    expect(() => read(...words)).toThrow(UsageError);
    expect(() => read(...words)).toThrow(message);
  });
});

describe("the command line", () => {
  const names = ["serve", "migrate", "backup", "restore", "import", "doctor", "routes"];

  test("lists its commands, with --help and without a word", async () => {
    for (const words of [[], ["--help"]]) {
      const { code, stdout } = await runCommand(words, {});
      expect(code).toBe(0);
      for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, "m"));
    }
  });

  test("tells of each command what it takes, and does not run it", async () => {
    const results = await Promise.all(names.map((name) => runCommand([name, "--help"], {})));
    for (const [index, { code, stdout, stderr }] of results.entries()) {
      expect(`${code} ${stderr}`).toBe("0 ");
      expect(stdout).toContain(`Usage: npm run parley -- ${names[index]}`);
    }
    expect(results[names.indexOf("import")]?.stdout).toContain("FILE --room NAME [--member E-MAIL …]");
  });

  test.each([
    [["dance"], "There is no command «dance»; there are serve, migrate"],
    [["migrate", "--fast"], "migrate does not know --fast"],
    [["backup"], "backup needs FILE"],
  ])("refuses %j with exit code 2 and one line", async (words, message) => {
    const { code, stdout, stderr } = await runCommand(words, {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
