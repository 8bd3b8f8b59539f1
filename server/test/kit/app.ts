import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildApp } from "../../src/app/build-app.ts";
import { type Config, readConfig } from "../../src/platform/config.ts";
import { createServerDatabase } from "./database.ts";

export { databaseName } from "./database.ts";

export interface TestApp {
  /** Base address without a slash at the end. */
  url: string;
  dataDir: string;
  /** Null on SQLite. */
  databaseUrl: string | null;
  /** Stops the server and keeps what it stored. */
  halt(): Promise<void>;
  /** Stops the server and removes all it stored. */
  stop(): Promise<void>;
}

/** The suite makes thousands of people, and a hash at its full cost takes 60 ms of a core. */
const quickPasswordKib = 1_024;

/**
 * A server of its own inside this process: fresh data folder, fresh database, free port, no rate limits.
 * `env` adds or replaces configuration keys; nothing else of this process's environment reaches it.
 * @param changes what no key can say; with `{}` passwords cost what they cost elsewhere.
 */
export async function startApp(
  env: Record<string, string> = {},
  changes: Partial<Config> = { passwordMemoryKib: quickPasswordKib },
): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-app-"));
  const database = await createServerDatabase();
  const discard = async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const config = readConfig({ ...testEnvironment(dataDir), ...database.env, ...env });
    const app = await buildApp({ ...config, ...changes });
    const { url } = await app.listen();
    let halted: Promise<void> | null = null;
    const halt = () => {
      halted ??= app.stop();
      return halted;
    };
    return {
      url,
      dataDir,
      databaseUrl: database.env.DATABASE_URL ?? null,
      halt,
      stop: async () => {
        try {
          await halt();
        } finally {
          await discard();
        }
      },
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** The configuration every test server starts from, in this process or in its own. */
export function testEnvironment(dataDir: string): Record<string, string> {
  return { PORT: "0", PARLEY_DATA_DIR: dataDir, PARLEY_RATE_LIMITS: "off", PARLEY_LOG_LEVEL: "error" };
}
