/**
 * Writes what follows from the registry of commands and reads: the OpenAPI document, docs/api.md and the
 * client's plain types. `--check` writes nothing and fails where a committed file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { apiDocument } from "./generate/api-document.ts";
import { clientTypes } from "./generate/client-types.ts";
import { openapiDocument } from "./generate/openapi-document.ts";

const files = {
  "packages/server/openapi.json": openapiDocument(),
  "docs/api.md": apiDocument(),
  "packages/client/src/wire.ts": clientTypes(),
};

const root = new URL("..", import.meta.url);
const stale = Object.entries(files).filter(([path, text]) => readIfThere(path) !== text);
if (process.argv.includes("--check")) {
  for (const [path] of stale) console.error(`${path} is not what the commands say: run \`npm run generate\``);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of stale) writeFileSync(new URL(path, root), text);
  console.log(stale.length === 0 ? "nothing to do" : `wrote ${stale.map(([path]) => path).join(", ")}`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), "utf8");
  } catch {
    return undefined;
  }
}
