#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what is missing.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(`fake-cloud needs Node 24 or later; this is ${process.version}`);
  process.exit(2);
}
const { main } = await import("../src/main.ts");
await main(process.argv.slice(2));
