/** npm run demo: what drett is for, in less than a minute, with real processes instead of a cloud. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Drett, type ResourceView } from "@drett/client";
import { cloud } from "./cloud.ts";
import { News } from "./news.ts";
import { startServer } from "./server.ts";
import { table } from "./table.ts";

const MOST_SECONDS = 55;

const { url, stop } = await startServer();
const module = `run-${Date.now().toString(36)}`;
const drett = new Drett({ url, application: "demo", module });
try {
  console.log(`drett serves at ${url}. Six engines create "machines": processes that sleep.\n`);
  await runEngine("orderly");
  await runEngine("killed", "created");
  await runEngine("deaf");
  const held = idIn(await runEngine("mortal", "obtained"));
  await drett.resource(held).hold("1h", { reason: "a person looks into it" });
  console.log(`            A person holds ${held}: hands off it for an hour.`);
  await runEngine("stubborn", "obtained");
  await runEngine("careless", "obtained");

  console.log(
    "\nNobody reports any more. What drett does by its policy (examples/demo/config/policies.yaml):\n",
  );
  await watch();
  console.log(`\nHow it ended:\n\n${await table(drett, module)}\n\nWhat is left for a person:\n`);
  await decideTheRest();
  console.log(`\n${await table(drett, module)}\n\nNothing is left.`);
} finally {
  stop();
}

/** Runs one to its end; or kills it with SIGKILL as soon as it says the word. Returns its last line. */
async function runEngine(kind: string, killAt?: string): Promise<string> {
  const program = new URL("engine.ts", import.meta.url).pathname;
  const engine = spawn(process.execPath, [program, kind], {
    env: { ...process.env, DRETT_URL: url, DRETT_MODULE: module },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(engine, "exit");
  let said = "";
  for await (const line of createInterface(engine.stdout)) {
    said = line;
    console.log(`  ${kind.padEnd(9)} (process ${engine.pid}) ${line}`);
    if (killAt !== undefined && line.startsWith(killAt)) {
      engine.kill("SIGKILL");
      console.log(`  ${" ".repeat(9)} … and is killed with kill -9`);
    }
  }
  await ended;
  return said;
}

function idIn(line: string): string {
  return /as (\S+)$/.exec(line)?.[1] ?? "";
}

/** Until all is freed but for what is held, and what is stuck. */
async function watch(): Promise<void> {
  const news = new News(drett, module);
  const end = Date.now() + 1_000 * MOST_SECONDS;
  for (;;) {
    await news.tell();
    const resources = await Array.fromAsync(drett.resources({ module }));
    const left = resources.filter((resource) => !isAtItsEnd(resource));
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(await inTheWayOf(left));
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function isAtItsEnd({ state, holds, findings }: ResourceView): boolean {
  const isFound = (wanted: string) => findings.some(({ kind }) => kind === wanted);
  return state === "freed" || isFound("stuck") || (holds.length > 0 && isFound("session-lapsed"));
}

async function inTheWayOf(left: readonly ResourceView[]): Promise<string> {
  const lines = left.map(async ({ id }) => {
    const { obstacles } = await drett.resource(id).policy();
    return `  ${id}  ${obstacles.map(({ says }) => says).join(" ")}`;
  });
  const heading = `Not everything came to its end within ${MOST_SECONDS} seconds. What is in the way:`;
  return [heading, ...(await Promise.all(lines))].join("\n");
}

/** As a person does: looks, deletes by hand, and says so, for the record as he saw it. */
async function decideTheRest(): Promise<void> {
  for await (const { says, remedy, resource } of drett.findings({ module })) {
    if (!resource) continue;
    console.log(`  ${says}\n    ${remedy}`);
    for (const externalId of resource.liveExternalIds) cloud.destroy(externalId);
    await drett.resource(resource.id).confirmGone({ seen: resource.version, reason: "deleted by hand" });
  }
}
