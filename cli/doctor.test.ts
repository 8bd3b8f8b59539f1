import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startApp, testEnvironment } from "../server/test/kit/app.ts";
import { createTestDatabase, databaseName, type TestDatabase } from "../server/test/kit/database.ts";
import { register } from "../server/test/kit/person.ts";
import { runCommand } from "../server/test/kit/server.ts";

let folder: string;
let dataDir: string;
let database: TestDatabase;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-doctor-"));
  dataDir = join(folder, "data");
  database = await createTestDatabase();
  env = { ...testEnvironment(dataDir), ...database.env };
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Examination {
  code: number | null;
  /** What was said of each thing, by its name: `ok writable`. */
  said: Record<string, string>;
  /** The line under it. */
  mends: Record<string, string>;
}

async function examine(more: Record<string, string> = {}): Promise<Examination> {
  const { code, stdout, stderr } = await runCommand(["doctor"], { ...env, ...more });
  expect(stderr).toBe("");
  const said: Record<string, string> = {};
  const mends: Record<string, string> = {};
  let latest = "";
  for (const line of stdout.trimEnd().split("\n")) {
    const [, verdict = "", about = "", text = ""] = /^(ok|warn|fail) +([a-z ]+): (.*)$/.exec(line) ?? [];
    const [, mend] = /^ {6}mend: (.+)$/.exec(line) ?? [];
    if (mend !== undefined) mends[latest] = mend;
    else {
      expect(`${verdict} in: ${line}`).not.toStartWith(" in:");
      latest = about;
      said[about] = `${verdict} ${text}`;
    }
  }
  for (const [about, text] of Object.entries(said)) {
    expect(`${about} ${mends[about] === undefined}`).toBe(`${about} ${text.startsWith("ok ")}`);
  }
  return { code, said, mends };
}

async function change(statement: string): Promise<void> {
  if (databaseName === "postgres") {
    const client = new Client({ connectionString: env.DATABASE_URL ?? "" });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  } else {
    const handle = new Database(join(dataDir, "parley.sqlite"), { readwrite: true });
    handle.run(statement);
    handle.close(true);
  }
}

const freePort = () => {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  probe.stop(true);
  return String(probe.port);
};

describe("doctor finds nothing wrong", () => {
  test("before the first start, and makes nothing", async () => {
    const { code, said } = await examine({ PORT: freePort() });
    expect(code).toBe(0);
    expect(said.database).toMatch(/^ok .*made at the first start/);
    expect(said["data folder"]).toContain("made at the first start");
    expect(said.port).toMatch(/^ok \d+ on 127\.0\.0\.1 is free$/);
    expect(said["open files"]).toMatch(/^ok limit/);
    expect(await Bun.file(dataDir).exists()).toBe(false);
  });

  test("beside a running server, whose port it knows", async () => {
    const app = await startApp(env);
    try {
      await register(app);
      const { code, said } = await examine({ PORT: new URL(app.url).port });
      expect(code).toBe(0);
      expect(said.configuration).toStartWith("ok ");
      expect(said["data folder"]).toStartWith("ok ");
      expect(said.disk).toMatch(/^(ok|warn) [\d.]+ \wiB free/);
      expect(said.database).toMatch(/^ok (SQLite|PostgreSQL \d+\.\d+).*schema up to date/);
      expect(said.clock).toMatch(/^ok 20\d\d-/);
      expect(said.port).toMatch(/^ok \d+ is answered by Parley \S+, ok$/);
    } finally {
      await app.stop();
    }
  });
});

describe("doctor names what is wrong and how to mend it:", () => {
  test("wrong variables, each with what is allowed", async () => {
    const { stdout, code } = await runCommand(["doctor"], {
      ...env,
      PORT: "x",
      PARLEY_REGISTRATION: "closed",
    });
    expect(code).toBe(1);
    expect(stdout).toContain(
      'fail  configuration: PORT="x" is not valid\n      mend: set PORT to a whole number',
    );
    expect(stdout).toContain(
      'PARLEY_REGISTRATION="closed" is not valid\n      mend: set PARLEY_REGISTRATION to open or invite',
    );
  });

  test("a data folder that is none", async () => {
    await Bun.write(dataDir, "a file");
    const { code, said, mends } = await examine();
    expect({ code, said: said["data folder"] }).toEqual({ code: 1, said: `fail ${dataDir} is no folder` });
    expect(mends["data folder"]).toContain("PARLEY_DATA_DIR");
  });

  test("a data folder that cannot be made: a file in the way, a link that leads nowhere, a place that takes none", async () => {
    const [file, link] = [join(folder, "file"), join(folder, "link")];
    await Bun.write(file, "");
    await chmod(file, 0o755);
    await symlink(join(folder, "nowhere"), link);
    const places = [
      { path: join(file, "data"), parent: file, mend: `${file} is no folder` },
      { path: join(file, "a/b"), parent: file, mend: `${file} is no folder` },
      { path: link, parent: link, mend: `${link} is a link that leads nowhere` },
      { path: join(link, "data"), parent: link, mend: `${link} is a link that leads nowhere` },
      { path: "/proc/data", parent: "/proc", mend: "set PARLEY_DATA_DIR to a folder" },
      { path: join(folder, "x".repeat(300)), parent: folder, mend: "set PARLEY_DATA_DIR to a folder" },
    ];
    for (const { path, parent, mend } of places) {
      const { code, said, mends } = await examine({ PARLEY_DATA_DIR: path });
      expect(code).toBe(1);
      expect(said["data folder"]).toStartWith(`fail ${path} cannot be made in ${parent} (E`);
      expect(mends["data folder"]).toContain(mend);
      expect(mends["data folder"]).toContain("set PARLEY_DATA_DIR");
    }
    expect((await readdir(folder)).sort()).toEqual(["file", "link"]);
  });

  test("a part of the data folder that leads to a disk which is not there", async () => {
    await mkdir(dataDir, { mode: 0o700 });
    const files = join(dataDir, "files");
    await symlink(join(folder, "nowhere"), files);
    const { code, said, mends } = await examine();
    expect(code).toBe(1);
    expect(said["data folder"]).toBe(`fail ${files} cannot be read and written (ENOENT)`);
    expect(mends["data folder"]).toBe(`mount the disk that the link ${files} leads to`);
  });

  test("a data folder that others can read", async () => {
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    const { said, mends } = await examine();
    expect(said["data folder"]).toStartWith("warn ");
    expect(mends["data folder"]).toBe(`chmod 700 '${dataDir}'`);
  });

  test("a port that another program has", async () => {
    const taken = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("<html>hello</html>"),
    });
    try {
      const { code, said, mends } = await examine({ PORT: String(taken.port) });
      expect({ code, said: said.port }).toEqual({
        code: 1,
        said: `fail ${taken.port} is in use by another program`,
      });
      expect(mends.port).toContain("set PORT to a free port");
    } finally {
      await taken.stop(true);
    }
  });

  test("an address of another machine", async () => {
    const { code, said, mends } = await examine({ HOST: "192.0.2.1", PORT: freePort() });
    expect({ code, said: said.port?.slice(0, 14) }).toEqual({ code: 1, said: "fail 192.0.2.1" });
    expect(mends.port).toContain("set HOST");
  });

  test("a database that is away", async () => {
    const { code, said, mends } = await examine({ DATABASE_URL: "postgres://ann:hidden@127.0.0.1:1/parley" });
    expect(code).toBe(1);
    expect(said.database).toMatch(/^fail .*does not answer/);
    expect(said.database).not.toContain("hidden");
    expect(mends.database).toContain("Start PostgreSQL");
  });

  if (databaseName === "postgres") {
    test("a PostgreSQL in which this user may make no tables", async () => {
      const url = new URL(env.DATABASE_URL ?? "");
      url.searchParams.set("options", "-c search_path=nowhere");
      const { code, said, mends } = await examine({ DATABASE_URL: url.href });
      expect(code).toBe(1);
      expect(said.database).toMatch(/^fail PostgreSQL \d+\.\d+ lets this user make no tables$/);
      expect(mends.database).toContain("the owner of the database");
    });
  }

  test("a secret that is missing, or another than the keys were sealed with", async () => {
    const secret = "a-secret-of-the-boat-house-0123456789";
    const app = await startApp({ ...env, PARLEY_SECRET: secret });
    await app.stop();
    const mend = "set PARLEY_SECRET to the value that was set when they were sealed";
    const right = await examine({ PARLEY_SECRET: secret });
    expect({ code: right.code, keys: right.said["signing keys"]?.slice(0, 9) }).toEqual({
      code: 0,
      keys: "ok sealed",
    });
    for (const wrong of ["", "another-secret-of-the-boat-house-9876"]) {
      const { code, said, mends } = await examine({ PARLEY_SECRET: wrong });
      expect({ code, mend: mends["signing keys"] }).toEqual({ code: 1, mend });
      expect(said["signing keys"]).toContain("sealed");
      expect(JSON.stringify(said)).not.toContain("boat-house");
    }
  });

  test("a damaged database", async () => {
    const file = join(dataDir, "parley.sqlite");
    const inFile = { DATABASE_URL: "" };
    expect((await runCommand(["migrate"], { ...env, ...inFile })).code).toBe(0);
    const bytes = await Bun.file(file).bytes();
    await Bun.write(file, bytes.fill(0x5a, 8_192, 60_000));
    const { code, said, mends } = await examine(inFile);
    expect(code).toBe(1);
    expect(said.database).toStartWith(`fail ${file} is damaged`);
    expect(mends.database).toContain("restore FILE --force");
  });

  test("a schema that is behind, one that is ahead, and a clock that went back", async () => {
    expect((await runCommand(["migrate"], env)).code).toBe(0);
    await change("insert into organizations (id, slug, name, created_at) values ('o', 'o', 'o', 0)");
    await change(
      `insert into users (id, organization_id, username, username_key, display_name, role, created_at, updated_at) values ('u', 'o', 'u', 'u', 'u', 'user', ${Date.now() + 86_400_000}, 0)`,
    );
    const early = await examine();
    expect({ code: early.code, clock: early.said.clock?.slice(0, 5) }).toEqual({ code: 1, clock: "fail " });
    expect(early.said.clock).toContain("is before the latest entry of the database");
    expect(early.mends.clock).toContain("timedatectl");

    await change("insert into kysely_migration values ('2099-01-01-01-moon', '')");
    const ahead = await examine();
    expect(ahead.code).toBe(1);
    expect(ahead.said.database).toMatch(/^fail .*newer Parley \(2099-01-01-01-moon\)/);

    await change("delete from kysely_migration where name >= '2026-11-21-02'");
    const behind = await examine();
    expect(behind.said.database).toMatch(/^warn .*schema behind by 2026-11-21-02/);
    expect(behind.mends.database).toContain("npm run parley -- migrate");
  });
});
