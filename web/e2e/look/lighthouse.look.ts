import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { chat, expect, TestServer, test } from "../kit/index.ts";
import { setStage } from "./stage.ts";

/**
 * The last line of Lighthouse that runs on Node 20. It brings some 190 MB of packages, so it is fetched when it is asked
 * for and is no dependency.
 */
const lighthouse = "lighthouse@12.8.2";
const atLeast = 95;
/** Below this a machine is too slow, or too busy, to say anything of a page's speed; a desk of 2020 has some 1,500. */
const quickEnough = 1_000;
const categories = ["performance", "accessibility", "best-practices"] as const;
const times = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"] as const;
/** The whole reports, to be read at https://googlechrome.github.io/lighthouse/viewer/. */
const folder = resolve(import.meta.dirname, "../../look");

interface Report {
  environment: { benchmarkIndex: number };
  categories: Record<string, { score: number | null }>;
  audits: Record<string, { numericValue?: number; displayValue?: string }>;
}

const run = promisify(execFile);

/** Null once it is there, else why it is not. */
async function fetchLighthouse(): Promise<string | null> {
  try {
    await run("npm", ["exec", "--yes", `--package=${lighthouse}`, "--", "lighthouse", "--version"]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

type Preset = "phone" | "desktop";

/** As a middling phone on a slow line sees it, or as a desk does. @param name of the report. */
async function measure(url: string, port: number, preset: Preset, name: string): Promise<Report> {
  const file = join(folder, `lighthouse-${name}-${preset}.json`);
  await run(
    "npm",
    [
      ...["exec", "--yes", `--package=${lighthouse}`, "--", "lighthouse", url],
      ...[`--port=${port}`, "--disable-storage-reset", "--quiet", "--output=json", `--output-path=${file}`],
      `--only-categories=${categories.join(",")}`,
      ...(preset === "desktop" ? ["--preset=desktop"] : []),
    ],
    { maxBuffer: 1 << 26 },
  );
  return JSON.parse(await readFile(file, "utf8")) as Report;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("Lighthouse", async ({ playwright, launchOptions }) => {
  test.setTimeout(600_000);
  const missing = await fetchLighthouse();
  if (missing !== null) {
    process.stdout.write(`Lighthouse could not be fetched, so it was not asked: ${missing}\n`);
    return;
  }
  mkdirSync(folder, { recursive: true });
  const server = await TestServer.start();
  const profile = await mkdtemp(join(tmpdir(), "parley-lighthouse-"));
  const port = await freePort();
  const context = await playwright.chromium.launchPersistentContext(profile, {
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--remote-debugging-port=${port}`],
  });
  try {
    const { ada, group } = await setStage(server.url);
    const page = context.pages()[0] ?? (await context.newPage());
    await ada.signIn(page);
    await chat.row(page, "Launch week").waitFor();
    const low: string[] = [];
    for (const [name, path] of Object.entries({ list: "/", conversation: `/c/${group}` })) {
      for (const preset of ["phone", "desktop"] as const) {
        const report = await measure(server.url + path, port, preset, name);
        const scores = categories.map((each) => Math.round((report.categories[each]?.score ?? 0) * 100));
        const shown = [
          ...categories.map((each, place) => `${each} ${scores[place]}`),
          ...times.map((each) => `${each} ${report.audits[each]?.displayValue}`),
        ];
        const speed = report.environment.benchmarkIndex;
        const line = `Lighthouse, ${name}, ${preset}: ${shown.join(", ")} (machine ${Math.round(speed)})`;
        process.stdout.write(`${line}\n`);
        const counted = speed < quickEnough ? scores.slice(1) : scores;
        if (counted.some((score) => score < atLeast)) low.push(line);
      }
    }
    expect(low).toEqual([]);
  } finally {
    await context.close();
    await server.stop();
    await rm(profile, { recursive: true, force: true });
  }
});
