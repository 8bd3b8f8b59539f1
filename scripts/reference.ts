/**
 * `bun scripts/reference.ts`: writes docs/reference and the client's view of the API from the tables in the sources.
 * `bun scripts/reference.ts --check`: writes nothing, names the files that are stale or missing, and fails if there are any.
 * `bun scripts/reference.ts --released`: writes down what a release promises (docs/versioning.md).
 */
import { join } from "node:path";
import { mountedSurfaces } from "../server/src/app/mounted-surfaces.ts";
import { cast } from "../server/src/app/reference/cast.ts";
import { operatorPaths } from "../server/src/app/reference/operator-paths.ts";
import { describeFrame, type FrameDescription } from "../server/src/app/reference/realtime.ts";
import { chatSocketFrames } from "../server/src/app/reference/websocket.ts";
import type { RestSurface } from "../server/src/app/surfaces/rest.ts";
import { socketPaths } from "../server/src/app/surfaces/websocket.ts";
import { configKeys } from "../server/src/platform/config.ts";
import { type ErrorCode, errorMeaning, errorStatus } from "../server/src/platform/errors.ts";
import { pathOf } from "../server/src/platform/http/route.ts";
import { closeCodes } from "../server/src/platform/realtime/close-codes.ts";
import { contractSource, routeTableSource } from "./contract.ts";
import { writeReleasedApi } from "./released-api.ts";

const root = join(import.meta.dir, "..");

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
    errorMeaning[code],
  ]);
  return page(
    "Errors",
    "server/src/platform/errors.ts` and `server/src/platform/realtime/close-codes.ts",
    'A refused request is answered by `{"success":false,"error":{"code","message","request_id"}}`, with `details` ' +
      "(`[{path, message}]`) where fields are named and `retry_after` (whole seconds) where waiting helps. On the socket a " +
      'refused frame is answered by `{"type":"error","code","message","client_message_id"}` with the same two.',
    table(["status", "code", "what it means and what to do"], codes),
    "## Why the server closes a socket",
    closeTable(),
    "A connection that ends in any other way was lost: reconnect and resume.",
  );
}

function closeTable(): string {
  const rows = Object.values(closeCodes).map(({ code, reason }) => [`\`${code}\``, reason]);
  return table(["close code", "reason"], [...rows, ["`1009`", "A frame was too big."]]);
}

function frameSection(frame: FrameDescription): string[] {
  const { type, about, fields, example, direction } = describeFrame(frame, cast);
  const needed = direction === "in" ? "required" : "always there";
  const rows = fields.map(({ name, type, required, about }) => [
    `\`${name}\``,
    type,
    required ? "yes" : "no",
    about,
  ]);
  return [
    `### \`${type}\``,
    about,
    ...(rows.length === 0 ? [] : [table(["field", "type", needed, "meaning"], rows)]),
    `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
  ];
}

function realtimePage(): string {
  return page(
    "Realtime",
    "server/src/app/reference/websocket.ts",
    `The chat WebSocket answers at ${socketPaths.map((path) => `\`${path}\``).join(", ")}. Frames are JSON text, at most 64 KiB. ` +
      "[The guide](../guides/websocket.md) opens one, listens, sends and resumes.",
    ...chatSocketFrames.flatMap(({ title, frames }) => [`## ${title}`, ...frames.flatMap(frameSection)]),
    "## Why the server closes a socket",
    closeTable(),
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
    "Beside the errors of its own, any route may answer `RATE_LIMIT_EXCEEDED`, `INTERNAL_ERROR` and `UNAVAILABLE`; one that needs sign-in " +
      "`UNAUTHORIZED` and `TOKEN_EXPIRED`, and unless it is a GET `CSRF_FAILED` in a cookie session; one with parameters " +
      "or a body `VALIDATION_ERROR`; one with a body " +
      "`PAYLOAD_TOO_LARGE` and `UNSUPPORTED_MEDIA_TYPE`.",
    ...surfaces.flatMap(surfaceSections),
    "## Beside the tables",
    table(["route", "what it does"], [...beside, ["`GET /openapi.json`", "The OpenAPI 3.1 document"]]),
    `\`/health\` and \`/ready\` answer under each base too. The socket answers at ${socketPaths.map((path) => `\`${path}\``).join(", ")}.`,
  );
}

async function isStale(path: string, text: string): Promise<boolean> {
  const file = Bun.file(join(root, path));
  return !(await file.exists()) || (await file.text()) !== text;
}

async function main(words: readonly string[]): Promise<number> {
  const [word] = words;
  if (words.length > 1 || (word !== undefined && word !== "--check" && word !== "--released")) {
    console.error("bun scripts/reference.ts [--check | --released]");
    return 2;
  }
  if (word === "--released") console.log(`${await writeReleasedApi()} written`);
  const isCheck = word === "--check";
  const surfaces = await mountedSurfaces();
  const files = {
    "docs/reference/configuration.md": configurationPage(),
    "docs/reference/errors.md": errorsPage(),
    "docs/reference/realtime.md": realtimePage(),
    "docs/reference/routes.md": routesPage(surfaces),
    "server/src/contract.ts": contractSource(
      surfaces,
      chatSocketFrames.flatMap(({ frames }) => frames),
    ),
    "sdk/src/wire/routes.ts": routeTableSource(surfaces),
  };
  let stale = 0;
  for (const [path, text] of Object.entries(files)) {
    if (!(await isStale(path, text))) continue;
    stale++;
    if (!isCheck) await Bun.write(join(root, path), text);
    console.log(`${path} ${isCheck ? "is stale: run «bun scripts/reference.ts»" : "written"}`);
  }
  return isCheck && stale > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
