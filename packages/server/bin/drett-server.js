#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what is missing.
const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `drett-server needs Node 24 or later; this is ${process.version}. Start it with \`npm start\` or \`npx drett-server\`: the repository brings its own Node.`,
  );
  process.exit(1);
}
const { main } = await import("../src/main.ts");
await main(process.argv.slice(2), process.env);
