/**
 * Writes what is published into `dist`, or into the directory that is given: one module for every runtime, its
 * types, the command, and a package.json of its own. Publish it with `npm publish ./dist`.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("..", import.meta.url));
const out = resolve(process.argv[2] ?? join(home, "dist"));
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

await build({
  entryPoints: [join(home, "src/index.ts")],
  outfile: join(out, "index.js"),
  bundle: true,
  format: "esm",
  platform: "neutral",
  // What Node 18, Deno, Bun and the browsers of 2020 can read.
  minify: true,
  keepNames: true,
  sourcemap: true,
  target: "es2020",
});
await build({
  entryPoints: [join(home, "src/bin/drett-client-test.ts")],
  outfile: join(out, "bin/drett-client-test.js"),
  bundle: true,
  format: "esm",
  platform: "node",
  // It waits for its work at the top level, which Node can do since 14.8.
  target: "node18",
});
chmodSync(join(out, "bin/drett-client-test.js"), 0o755);

const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
const tsc = join(dirname(typescript), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", join(home, "tsconfig.build.json"), "--outDir", out], {
  stdio: "inherit",
});
// TypeScript leaves the `.ts` of an import as it is; there are no such files in the package.
for (const name of readdirSync(out).filter((name) => name.endsWith(".d.ts"))) {
  const text = readFileSync(join(out, name), "utf8");
  writeFileSync(join(out, name), text.replaceAll(/(from "\.\/[\w-]+)\.ts"/g, '$1.js"'));
}

const { devDependencies, scripts, ...described } = JSON.parse(
  readFileSync(join(home, "package.json"), "utf8"),
);
const published = {
  ...described,
  exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
  bin: { "drett-client-test": "bin/drett-client-test.js" },
  sideEffects: false,
};
writeFileSync(join(out, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
for (const name of readdirSync(home).filter((name) => /^(README|LICENSE|COPYING)/.test(name))) {
  copyFileSync(join(home, name), join(out, name));
}
