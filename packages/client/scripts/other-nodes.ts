/**
 * Fetches other versions of Node into `.cache/nodes` at the root of the repository: the oldest that the client
 * promises to run on, and the newest there is. The tests use what they find there.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch)) {
  console.error(`There is no npm package of Node for ${process.platform} ${process.arch} that is used here.`);
  process.exit(1);
}
const cache = fileURLToPath(new URL("../../../.cache/nodes", import.meta.url));
const versions = { 18: "18.20.8", latest: "latest" };

for (const [name, version] of Object.entries(versions)) {
  const prefix = join(cache, name);
  mkdirSync(prefix, { recursive: true });
  // Without a package.json of its own, npm would climb to the workspace and install there.
  writeFileSync(join(prefix, "package.json"), "{}\n");
  const specifier = `node-linux-${process.arch}@${version}`;
  console.log(`fetching ${specifier}`);
  execFileSync("npm", ["install", "--prefix", prefix, "--no-save", "--no-audit", "--no-fund", specifier], {
    stdio: "inherit",
  });
}
