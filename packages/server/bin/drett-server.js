#!/usr/bin/env -S node --max-semi-space-size=8
// The flag keeps memory below 200 MiB under load: garbage of requests is collected sooner.
// Plain JavaScript, so that an older Node can say what is missing.
import module from "node:module";

const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `drett-server needs Node 24 or later; this is ${process.version}.\nIn the repository, \`npm start\` and \`npx drett-server\` use the Node that it brings along.`,
  );
  process.exit(1);
}
// Compiled once: a start takes half the time, and the compiler stays out of memory.
module.enableCompileCache?.();
const { main } = await import("../src/main.ts");
await main(process.argv.slice(2), process.env);
