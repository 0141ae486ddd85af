/**
 * The whole build: style sheets, hashed page bundles, the field app's shell, and the worker with its precache
 * list. Output: dist/assets/* (immutable names), dist/manifest.json (logical name → hashed name, for the
 * portal's templates), dist/field/* (shell, worker, web manifest, icons).
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";
import esbuild from "esbuild";

const run = promisify(execFile);
const OPTIONS = {
  bundle: true,
  minify: true,
  write: false,
  charset: "utf8",
  legalComments: "none",
  target: ["safari17.2", "chrome110", "firefox115"],
  jsx: "automatic",
  jsxImportSource: "hono/jsx",
  loader: { ".png": "dataurl" },
};
/** logical name → hashed name */
const names = {};

// Built aside and swapped in at the end: a portal that serves meanwhile, or a second build, sees no half.
const out = `node_modules/.pws-${process.pid}`;
await mkdir(`${out}/assets`, { recursive: true });
await cp("public", `${out}/field`, { recursive: true });

await Promise.all([
  sheet("field.css", "src/ui/field.css"),
  sheet("desk.css", "src/desk/desk.css"),
  script("desk.js", "src/desk/desk.ts"),
  script("agenda.js", "src/desk/agenda.ts"),
  script("map.js", "src/desk/map.ts"),
  script("technicians.js", "src/desk/technicians.ts"),
  script("checklist.js", "src/desk/checklist.tsx"),
]);
const field = await fieldScripts();
const assets = { js: `/assets/${names["field.js"]}`, css: `/assets/${names["field.css"]}` };
await writeFile(`${out}/manifest.json`, `${JSON.stringify(names, null, 2)}\n`);
await writeFile(`${out}/field/index.html`, await shell(assets));

const icons = ["icon.svg", "icon-192.png", "icon-512.png", "icon-maskable-512.png", "manifest.webmanifest"];
const precache = [assets.css, ...field, ...icons.map((name) => `/field/${name}`)];
const contents = await Promise.all(icons.map((name) => readFile(`public/${name}`)));
const version = hash(Buffer.concat([Buffer.from(precache.join()), ...contents]));
const worker = await bundle("src/worker/worker.ts", {
  format: "iife",
  define: {
    PRECACHE: JSON.stringify(precache),
    ASSETS: JSON.stringify(assets),
    VERSION: JSON.stringify(version),
  },
});
await writeFile(`${out}/field/sw.js`, worker);
report("sw.js", worker);
const pushWorker = await bundle("src/desk/push-worker.ts", { format: "iife" });
await writeFile(`${out}/push-worker.js`, pushWorker);
report("push-worker.js", pushWorker);
await rm("dist", { recursive: true, force: true });
// Not a rename: node_modules may be on another disk.
await cp(out, "dist", { recursive: true });
await rm(out, { recursive: true });

async function sheet(name, source) {
  if (existsSync(source)) {
    const file = `${out}/${name}`;
    await run("node_modules/.bin/tailwindcss", ["-i", source, "-o", file, "--minify"]);
    await emit(name, await readFile(file));
    await rm(file);
  }
}

async function script(name, source) {
  if (existsSync(source)) {
    await emit(name, await bundle(source, { format: "esm" }));
  }
}

/**
 * The field app's page: what draws a screen loads first; the engine behind the screens and the signature
 * pad follow as chunks of their own. Answers the addresses of all of them, for the precache.
 */
async function fieldScripts() {
  const { metafile, outputFiles } = await esbuild.build({
    ...OPTIONS,
    entryPoints: { field: "src/shell/page.ts" },
    format: "esm",
    splitting: true,
    metafile: true,
    outdir: `${out}/assets`,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
  });
  await Promise.all(outputFiles.map((file) => writeFile(file.path, file.contents)));
  const entry = Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint);
  const first = [entry, ...metafile.outputs[entry].imports.filter(isStatic).map(({ path }) => path)];
  const contentOf = (path) => outputFiles.find((file) => file.path.endsWith(basename(path))).contents;
  names["field.js"] = basename(entry);
  report("field.js", ...first.map(contentOf));
  report(
    "  later",
    ...outputFiles
      .map(({ path }) => path)
      .filter((path) => !first.some((one) => path.endsWith(one)))
      .map(contentOf),
  );
  return outputFiles.map((file) => `/assets/${basename(file.path)}`);
}

function isStatic({ kind }) {
  return kind === "import-statement";
}

/** The shell's document is rendered by the same component as every other page of the app. */
async function shell(assets) {
  const code = await bundle("src/shell/shell.tsx", { format: "esm", platform: "node" });
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  return module.shellDocument(assets);
}

async function bundle(entry, options) {
  const result = await esbuild.build({ ...OPTIONS, entryPoints: [entry], ...options });
  return result.outputFiles[0].contents;
}

async function emit(name, content) {
  const [stem, extension] = name.split(".");
  names[name] = `${stem}-${hash(content)}.${extension}`;
  await writeFile(`${out}/assets/${names[name]}`, content);
  report(name, content);
}

function report(name, ...contents) {
  const kb = (sizes) => `${(sizes.reduce((sum, size) => sum + size, 0) / 1024).toFixed(1)} KB`;
  const plain = kb(contents.map((content) => content.length));
  const small = kb(contents.map((content) => brotliCompressSync(content).length));
  console.log(`${name.padEnd(10)} ${plain.padStart(9)} ${small.padStart(9)} br`);
}

function hash(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 10);
}
