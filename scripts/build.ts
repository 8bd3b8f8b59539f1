/**
 * `npm run build`: the web app as hashed files in web/dist, each also compressed, so that the server only sends bytes.
 *
 *   --if-stale   does nothing when web/dist was made of exactly these sources; what `npm start` runs
 *
 * Everything is said on stderr: the first line that `npm start` writes to stdout is the server's address.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { Glob } from "bun";

const root = resolve(import.meta.dir, "..");
const output = join(root, "web/dist");
/** Holds the hash of the sources; written last, so that a build cut short counts as none. */
const stampName = "sources.sha256";

const sourceGlobs = [
  "web/index.html",
  "web/src/**/*",
  "sdk/src/**/*",
  "scripts/build.ts",
  "package-lock.json",
];
/** Below this, compressing costs more than it saves. */
const worthCompressing = 512;

/** One hash of all that the result is made of. */
function hashSources(): string {
  const hash = createHash("sha256");
  const names = sourceGlobs.flatMap((glob) => [...new Glob(glob).scanSync({ cwd: root })]);
  for (const name of [...new Set(names)].sort()) {
    if (name.endsWith(".test.ts") || name.endsWith(".test.tsx")) continue;
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(root, name)));
  }
  return hash.digest("hex");
}

function isFresh(stamp: string): boolean {
  const file = join(output, stampName);
  return existsSync(file) && readFileSync(file, "utf8") === stamp;
}

async function bundle(folder: string): Promise<void> {
  const { default: tailwind } = await import("bun-plugin-tailwind");
  const hashed = "assets/[name]-[hash].[ext]";
  const { outputs } = await Bun.build({
    entrypoints: [join(root, "web/index.html"), join(root, "web/src/app/libraries.ts")],
    root: join(root, "web"),
    outdir: folder,
    target: "browser",
    publicPath: "/",
    splitting: true,
    minify: true,
    plugins: [tailwind],
    naming: { entry: "[name].[ext]", chunk: hashed, asset: hashed },
    define: { "process.env.NODE_ENV": '"production"' },
    env: "disable",
  });
  for (const { path, size } of outputs) if (size >= worthCompressing && isText(path)) compress(path);
}

function isText(path: string): boolean {
  return /\.(html|js|css|svg|json|webmanifest)$/.test(path);
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

/** Puts the finished folder in place. Of two builds at once either may win: they are the same. */
function replaceOutput(made: string): void {
  const former = `${made}-former`;
  try {
    if (existsSync(output)) renameSync(output, former);
    renameSync(made, output);
  } catch (error) {
    if (!existsSync(join(output, stampName))) throw error;
  } finally {
    for (const leftover of [made, former]) rmSync(leftover, { recursive: true, force: true });
  }
}

async function build(): Promise<void> {
  const stamp = hashSources();
  if (process.argv.includes("--if-stale") && isFresh(stamp)) return;
  const started = performance.now();
  mkdirSync(join(root, "web"), { recursive: true });
  const made = mkdtempSync(join(root, "web/dist-"));
  chmodSync(made, 0o755);
  try {
    await bundle(made);
    writeFileSync(join(made, stampName), stamp);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    throw error;
  }
  replaceOutput(made);
  console.error(`built the web app in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

await build();
