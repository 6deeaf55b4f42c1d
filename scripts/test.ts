/**
 * Runs all tests, or those in the files that the arguments name. Ends with what did not run, and why.
 * With DRETT_TEST_SKIPS=refuse, a skipped test fails the run.
 */
import { globSync } from "node:fs";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const ALL = [
  "packages/*/src/**/*.test.ts",
  "packages/*/test/**/*.test.ts",
  "test/**/*.test.ts",
  "examples/*/test/**/*.test.ts",
];
const named = process.argv.slice(2);
const files = globSync(named.length > 0 ? named : ALL).sort();
const skipped: string[] = [];

const stream = run({ files, concurrency: 2 });
stream.on("test:fail", () => {
  process.exitCode = 1;
});
stream.on("test:pass", ({ name, skip }) => {
  if (skip !== undefined) skipped.push(`${name}: ${skip === true || skip === "" ? "no reason given" : skip}`);
});
stream.on("end", () => setImmediate(report));
stream.compose(spec).pipe(process.stdout);

function report(): void {
  if (skipped.length === 0) return;
  console.log(`\nnot run (${skipped.length}):`);
  for (const line of skipped) console.log(`  ${line}`);
  if (process.env.DRETT_TEST_SKIPS === "refuse") process.exitCode = 1;
}
