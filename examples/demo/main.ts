/** npm run demo: what drett is for, in a minute, with real processes instead of a cloud. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Drett } from "@drett/client";
import { cloud } from "./cloud.ts";
import { serverToUse } from "./server.ts";
import { table } from "./table.ts";

const EXPECTED = 4;

const { url, stop } = await serverToUse();
const module = `run-${Date.now().toString(36)}`;
const drett = new Drett({ url, application: "demo", module });
try {
  console.log(`drett serves at ${url}. Five engines create "machines": processes that sleep.\n`);
  await runEngine("orderly");
  await runEngine("killed", "created");
  await runEngine("mortal", "obtained");
  await runEngine("deaf");
  await runEngine("forgetful");
  const findings = await findingsSoFar();
  console.log("\nWhat drett knows of the five engines' machines:\n");
  console.log(await table(drett, module));
  console.log(`\nWhat is wrong, and why drett thinks so:\n`);
  for (const { says, remedy, resource } of findings) {
    console.log(`  ${says}\n    ${remedy}\n    See it: ps axeww | grep DRETT_ID=${resource?.id}\n`);
  }
  console.log(
    "The demo now does what a person would: it looks for each by its drett id, deletes it, and says so.",
  );
  for (const { kind, resource } of findings) {
    if (resource) await (kind === "session-lapsed" ? decide(resource.id) : giveBack(resource.id));
  }
  console.log(
    `\n${await table(drett, module)}\n\nNothing is left. The same over HTTP: curl ${url}/v1/findings`,
  );
} finally {
  stop();
}

/** Runs one to its end; or kills it with SIGKILL as soon as it says the word. */
async function runEngine(kind: string, killAt?: string): Promise<void> {
  const program = new URL("engine.ts", import.meta.url).pathname;
  const engine = spawn(process.execPath, [program, kind], {
    env: { ...process.env, DRETT_URL: url, DRETT_MODULE: module },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(engine, "exit");
  for await (const line of createInterface(engine.stdout)) {
    console.log(`  ${kind.padEnd(9)} (process ${engine.pid}) ${line}`);
    if (killAt !== undefined && line.startsWith(killAt)) {
      engine.kill("SIGKILL");
      console.log(`  ${" ".repeat(9)} … and is killed with kill -9`);
    }
  }
  await ended;
}

/** Deadlines of a second, a session of five, and a sweep: some ten seconds. */
async function findingsSoFar() {
  process.stdout.write("\n  waiting for the deadlines to pass, and for the silence of one to be noticed ");
  for (let tries = 0; ; tries++) {
    const findings = await Array.fromAsync(drett.findings({ module }));
    if (findings.length >= EXPECTED) {
      process.stdout.write("\n");
      return findings;
    }
    if (tries === 60) throw new Error(`drett found ${findings.length} of ${EXPECTED} within 30 seconds`);
    process.stdout.write(".");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function giveBack(id: string): Promise<void> {
  const resource = drett.resource(id);
  const [externalId] = cloud.find(id);
  if (externalId === undefined) throw new Error(`nothing runs under ${id}`);
  await resource.allocated(externalId);
  await resource.release(() => cloud.destroy(externalId));
}

/** Its engine is dead and cannot report any more: a person's word closes it, for the record that the person saw. */
async function decide(id: string): Promise<void> {
  const { version: seen } = await drett.get(id);
  for (const externalId of cloud.find(id)) cloud.destroy(externalId);
  await drett.resource(id).confirmGone({ seen, reason: "its engine is dead; deleted by hand" });
}
