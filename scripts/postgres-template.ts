import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { onServer } from "../server/test/kit/database.ts";
import { runCommand } from "../server/test/kit/server.ts";

/**
 * A database with Parley's schema, named by PARLEY_TEST_TEMPLATE to the tests, whose servers start on copies of it.
 * @param scratch a folder for what `migrate` leaves.
 * @throws Error with what `migrate` said when the schema cannot be made.
 */
export async function createTemplate(
  url: string,
  scratch: string,
): Promise<{ name: string; drop(): Promise<void> }> {
  const name = `parley_template_${randomBytes(6).toString("hex")}`;
  const drop = () => onServer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await onServer(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const env = { DATABASE_URL: own.href, PARLEY_DATA_DIR: join(scratch, "template") };
  const { code, stdout, stderr } = await runCommand(["migrate"], env);
  if (code === 0) return { name, drop };
  await drop();
  throw new Error(`The schema for the tests could not be made: ${stderr || stdout}`);
}
