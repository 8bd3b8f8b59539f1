/**
 * `npm run build:sdk [-- FOLDER]`: the SDK as a package, by default in dist/sdk: one ES module without dependencies, its
 * types, README and licence. `npm pack ./dist/sdk` makes the archive of it.
 */
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Glob } from "bun";

const root = resolve(import.meta.dir, "..");

async function buildModule(folder: string): Promise<void> {
  await Bun.build({
    entrypoints: [join(root, "sdk/src/index.ts")],
    outdir: folder,
    format: "esm",
    // Nothing of any runtime is imported, so what runs in a browser runs everywhere.
    target: "browser",
  });
}

/** Types of the sdk's sources and of the contract that they name, in their own folders. */
async function buildTypes(folder: string): Promise<void> {
  const tsc = Bun.spawn(
    [
      join(root, "node_modules/.bin/tsc"),
      "-p",
      join(root, "sdk/tsconfig.declarations.json"),
      "--outDir",
      folder,
    ],
    { stdin: "ignore", stdout: "inherit", stderr: "inherit" },
  );
  if ((await tsc.exited) !== 0) throw new Error("tsc could not write the types");
  for await (const path of new Glob("**/*.d.ts").scan({ cwd: folder, absolute: true })) {
    const text = await Bun.file(path).text();
    // Sources name each other as .ts; whoever installs the package has only .d.ts, which is what .js leads to.
    await Bun.write(path, text.replaceAll(/(from |import\()("\.[^"]+)\.ts"/g, '$1$2.js"'));
  }
}

const folder = resolve(process.argv[2] ?? join(root, "dist/sdk"));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await buildModule(folder);
await buildTypes(join(folder, "types"));
copyFileSync(join(root, "sdk/package.json"), join(folder, "package.json"));
copyFileSync(join(root, "sdk/README.md"), join(folder, "README.md"));
copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
console.log(folder);
