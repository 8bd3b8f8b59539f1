import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const startTimeoutMs = 20_000;

/** The part of an OpenAPI document that is read here. */
type Paths = Record<string, { get?: { responses?: Record<string, unknown> } }>;

/** Shape of `redocly lint --format=json`, as far as it is read here. */
interface LintReport {
  problems: { ruleId: string; severity: string; message: string; location: { pointer?: string }[] }[];
}

/** Starts the server on an empty data folder and lints the /openapi.json that it serves. One line a fault. */
export async function openApiFaults(): Promise<string[]> {
  const scratch = mkdtempSync(join(tmpdir(), "parley-openapi-"));
  try {
    const file = join(scratch, "openapi.json");
    const document = await servedDocument(join(scratch, "data"));
    const { paths = {} } = JSON.parse(document) as { paths?: Paths };
    if (Object.keys(paths).length === 0) return ["the document lists no paths"];
    await Bun.write(file, document);
    return await lint(file, upgradeAnswers(paths));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function servedDocument(dataDir: string): Promise<string> {
  const { PATH, HOME, TMPDIR } = process.env;
  const server = Bun.spawn([process.execPath, "cli/main.ts", "serve"], {
    env: { PATH, HOME, TMPDIR, PORT: "0", PARLEY_DATA_DIR: dataDir, PARLEY_LOG_LEVEL: "error" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const complaint = new Response(server.stderr).text();
  const timer = setTimeout(() => server.kill("SIGKILL"), startTimeoutMs);
  try {
    const url = await firstLine(server.stdout);
    if (url === null) throw new Error(`the server did not start: ${(await complaint).trim()}`);
    const answer = await fetch(new URL("/openapi.json", url));
    if (!answer.ok) throw new Error(`GET /openapi.json answered ${answer.status}`);
    return await answer.text();
  } finally {
    server.kill("SIGTERM");
    await server.exited;
    clearTimeout(timer);
  }
}

/** Null when the stream ends first. */
async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    if (end >= 0) return text.slice(0, end);
  }
  return null;
}

/** The answer lists of operations that succeed with 101: WebSocket upgrades, which the linter does not know. */
function upgradeAnswers(paths: Paths): Set<string> {
  const pointers = new Set<string>();
  for (const [path, { get }] of Object.entries(paths)) {
    const escaped = path.replaceAll("~", "~0").replaceAll("/", "~1");
    if (get?.responses?.["101"] !== undefined) pointers.add(`#/paths/${escaped}/get/responses`);
  }
  return pointers;
}

async function lint(file: string, upgrades: Set<string>): Promise<string[]> {
  const child = Bun.spawn(
    [
      "node_modules/.bin/redocly",
      "lint",
      file,
      "--config",
      "scripts/redocly.yaml",
      "--format=json",
      "--max-problems=100",
    ],
    {
      env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const [text, complaint, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (!text.startsWith("{")) return [`redocly gave no report: ${complaint.trim()}`];
  const { problems } = JSON.parse(text) as LintReport;
  const faults = problems
    .map(({ ruleId, message, location }) => ({ ruleId, message, pointer: location[0]?.pointer ?? "#" }))
    .filter(({ ruleId, pointer }) => !(ruleId === "operation-2xx-response" && upgrades.has(pointer)))
    .map(({ ruleId, message, pointer }) => `${pointer}: ${message} (${ruleId})`);
  return code === 0 || problems.length > 0 ? faults : [complaint.trim() || `redocly ended with ${code}`];
}
