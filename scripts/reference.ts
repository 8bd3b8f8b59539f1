/**
 * `bun scripts/reference.ts`: writes docs/reference from the tables in the sources.
 * `bun scripts/reference.ts --check`: writes nothing, names the pages that are stale or missing, and fails if there are any.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFeatures } from "../server/src/app/features.ts";
import { openDatabase } from "../server/src/app/open-database.ts";
import { operatorPaths } from "../server/src/app/surfaces/operator-reference.ts";
import { type RestSurface, restSurfaces } from "../server/src/app/surfaces/rest.ts";
import { socketPaths } from "../server/src/app/surfaces/websocket.ts";
import { createLocalBus } from "../server/src/platform/bus/local-bus.ts";
import { configKeys, readConfig } from "../server/src/platform/config.ts";
import { migrateToLatest } from "../server/src/platform/db/migrator.ts";
import { type ErrorCode, errorStatus } from "../server/src/platform/errors.ts";
import { Events } from "../server/src/platform/events/events.ts";
import { pathOf } from "../server/src/platform/http/route.ts";
import { createLog } from "../server/src/platform/log.ts";
import { closeCodes } from "../server/src/platform/realtime/close-codes.ts";

const folder = join(import.meta.dir, "../docs/reference");

/** For whoever writes a client; a code without a line here does not compile. */
const meanings: Record<ErrorCode, string> = {
  VALIDATION_ERROR: "The request is malformed; `details` names each field. Sending it again changes nothing.",
  UNAUTHORIZED: "There is no token, or it is not valid, or its session has ended. Sign in.",
  INVALID_CREDENTIALS: "Sign-in: the name or the password is wrong; it does not say which.",
  TOKEN_EXPIRED: "The token has ended. An access token: refresh it. A refresh token: sign in.",
  TOKEN_REUSED: "A refresh token came a second time, so its session was ended. Sign in.",
  INVALID_PASSWORD: "The current password given for a change is wrong.",
  FORBIDDEN: "The caller may not do this, or is not in the conversation.",
  EDIT_WINDOW_CLOSED: "The message is too old to be edited.",
  NOT_FOUND: "There is no such path or thing, or it belongs to another organization.",
  METHOD_NOT_ALLOWED: "The path exists, the method does not; `Allow` lists those that do.",
  CONFLICT: "Something taken, or a state that does not allow this; `details` names it.",
  PAYLOAD_TOO_LARGE: "The body is over its size.",
  UNSUPPORTED_MEDIA_TYPE: "The body is not declared as plain JSON.",
  RATE_LIMIT_EXCEEDED: "Too many; wait `retry_after` seconds.",
  INTERNAL_ERROR: "A fault of the server. Its log has it under the answer's `request_id`.",
  UNAVAILABLE:
    "Not now: the database is busy, full or away, or the server stops. Try again after `retry_after` seconds.",
};

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function page(title: string, source: string, ...parts: string[]): string {
  const origin = `Made from \`${source}\` by \`scripts/reference.ts\`: change it there.`;
  return `${[`# ${title}`, origin, ...parts].join("\n\n")}\n`;
}

function configurationPage(): string {
  const rows = Object.entries(configKeys).map(([name, { about, allowed, byDefault }]) => [
    `\`${name}\``,
    byDefault === "" ? "unset" : `\`${byDefault}\``,
    allowed,
    about,
  ]);
  return page(
    "Configuration",
    "server/src/platform/config.ts",
    "All configuration comes from environment variables. An empty value counts as unset. A wrong value stops the start, and " +
      "every wrong one is named at once, each on a line of its own.",
    table(["variable", "default", "allowed", "what for"], rows),
  );
}

function errorsPage(): string {
  const codes = (Object.keys(errorStatus) as ErrorCode[]).map((code) => [
    String(errorStatus[code]),
    `\`${code}\``,
    meanings[code],
  ]);
  const closes = Object.values(closeCodes).map(({ code, reason }) => [`\`${code}\``, reason]);
  return page(
    "Errors",
    "server/src/platform/errors.ts` and `server/src/platform/realtime/close-codes.ts",
    'A refused request is answered by `{"success":false,"error":{"code","message","request_id"}}`, with `details` ' +
      "(`[{path, message}]`) where fields are named and `retry_after` (whole seconds) where waiting helps. On the socket a " +
      'refused frame is answered by `{"type":"error","code","message","client_message_id"}` with the same two.',
    table(["status", "code", "what it means and what to do"], codes),
    "## Why the server closes a socket",
    table(["close code", "reason"], [...closes, ["`1009`", "A frame was too big."]]),
    "A connection that ends in any other way was lost: reconnect and resume.",
  );
}

function surfaceSections({ name, bases, routes }: RestSurface): string[] {
  const [base] = bases;
  const sections = [...Map.groupBy(routes, ({ spec }) => spec.tag)].flatMap(([tag, listed]) => [
    `### ${tag}`,
    table(
      ["route", "sign-in", "what it does", "errors of its own"],
      listed.map((each) => [
        `\`${each.spec.method} ${pathOf(base, each)}\``,
        each.signedIn ? "yes" : "no",
        each.spec.summary,
        (each.spec.errors ?? []).map((code) => `\`${code}\``).join(" ") || "–",
      ]),
    ),
  ]);
  const under = bases.map((each) => `\`${each}\``).join(" and ");
  return [`## ${name}`, `Answers under ${under}.`, ...sections];
}

function routesPage(surfaces: readonly RestSurface[]): string {
  const beside = Object.entries(operatorPaths as Record<string, { get: { summary: string } }>).map(
    ([path, { get }]) => [`\`GET ${path}\``, get.summary],
  );
  return page(
    "Routes",
    "server/src/app/surfaces/rest.ts",
    "`GET /openapi.json` of a running server describes each with its fields; `npm run parley -- routes --openapi` " +
      "prints the same. [Errors](errors.md) tells what the codes mean.",
    "Beside the errors of its own, any route may answer `INTERNAL_ERROR` and `UNAVAILABLE`; one that needs sign-in " +
      "`UNAUTHORIZED` and `TOKEN_EXPIRED`; one with parameters or a body `VALIDATION_ERROR`; one with a body " +
      "`PAYLOAD_TOO_LARGE` and `UNSUPPORTED_MEDIA_TYPE`.",
    ...surfaces.flatMap(surfaceSections),
    "## Beside the tables",
    table(["route", "what it does"], [...beside, ["`GET /openapi.json`", "The OpenAPI 3.1 document"]]),
    `\`/health\` and \`/ready\` answer under each base too. The socket answers at ${socketPaths.map((path) => `\`${path}\``).join(", ")}.`,
  );
}

/** The routes as a server mounts them; the services behind them get an empty database that nobody asks. */
async function mountedSurfaces(): Promise<RestSurface[]> {
  const scratch = mkdtempSync(join(tmpdir(), "parley-reference-"));
  try {
    const config = readConfig({ PARLEY_DATA_DIR: scratch });
    const database = await openDatabase(config);
    try {
      await migrateToLatest(database.query);
      const events = new Events(createLocalBus(), createLog("error"));
      return restSurfaces(await buildFeatures(config, database, events));
    } finally {
      await database.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function isStale(name: string, text: string): Promise<boolean> {
  const file = Bun.file(join(folder, name));
  return !(await file.exists()) || (await file.text()) !== text;
}

async function main(words: readonly string[]): Promise<number> {
  const isCheck = words[0] === "--check";
  if (words.length > (isCheck ? 1 : 0)) {
    console.error("bun scripts/reference.ts [--check]");
    return 2;
  }
  const pages = {
    "configuration.md": configurationPage(),
    "errors.md": errorsPage(),
    "routes.md": routesPage(await mountedSurfaces()),
  };
  mkdirSync(folder, { recursive: true });
  let stale = 0;
  for (const [name, text] of Object.entries(pages)) {
    if (!(await isStale(name, text))) continue;
    stale++;
    if (!isCheck) await Bun.write(join(folder, name), text);
    console.log(`docs/reference/${name} ${isCheck ? "is stale: run «bun scripts/reference.ts»" : "written"}`);
  }
  return isCheck && stale > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
