import { join } from "node:path";

export const PROJECT = join(import.meta.dir, "..", "..");
export const PARLEY_MAIN = join("cli", "main.ts");

/** A server on any free port, with SQLite in a folder of ours, without rates; everything else as shipped. */
export const PARLEY_ENV: Record<string, string> = {
  PORT: "0",
  HOST: "127.0.0.1",
  PARLEY_RATE_LIMITS: "off",
  DATABASE_URL: "",
};
