#!/usr/bin/env node
// Plain JavaScript, so that an older Node can say what is missing.
import { existsSync } from "node:fs";
import module from "node:module";
import { constants, setPriority } from "node:os";
import { join } from "node:path";

const [major] = process.versions.node.split(".").map(Number);
if (major < 24) {
  console.error(
    `drett-cgi needs Node 24 or later; this is ${process.version}. docs/cgi.md shows how a script names the right one.`,
  );
  if (process.env.GATEWAY_INTERFACE)
    console.log("Status: 500\nContent-Type: text/plain\n\ndrett is not set up here.");
  process.exit(2);
}
const [directory = ""] = process.env.GATEWAY_INTERFACE ? process.argv.slice(2) : [];
// Compiled once, and kept where nobody writes who is not trusted: a start takes two thirds of the time.
if (existsSync(directory)) module.enableCompileCache?.(join(directory, "compile-cache"));
// Most of what it costs is its start. A server on the same machine, which answers many meanwhile, goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const { main } = await import("../src/cgi/main.ts");
await main(process.argv.slice(2), process.env);
