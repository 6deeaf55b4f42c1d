/** `npm run many -- --minutes N --seed S --store postgres|mongo --servers N`: without the last two, every setting in turn. */
import { parseArgs } from "node:util";
import { explain, resumptionOf, sentenceOf, summaryOf } from "./report.ts";
import type { Round } from "./round.ts";
import { isBroken, type Run, run, SETTINGS } from "./runs.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    store: { type: "string" },
    servers: { type: "string" },
  },
});
const seed = number("seed", /^\d{1,9}$/, "a whole number from 0");
const minutes = number("minutes", /^(?=.*[1-9])\d+(\.\d+)?$/, "a number above 0");
const { store, servers } = values;
const asked = SETTINGS.filter(
  (it) => [undefined, it.store].includes(store as never) && [undefined, String(it.servers)].includes(servers),
);
if (asked.length === 0)
  refuse(`there is no run with ${servers ?? "any number of"} servers on ${store ?? "any store"}`);
const missing = asked.find((it) => it.missing !== undefined)?.missing;
if (missing !== undefined) refuse(missing);

const runs: Run[] = [];
for (const setting of asked) {
  const tell = (round: Round) => {
    console.log(`${setting.servers} servers on ${setting.store}: ${sentenceOf(round)}`);
    if (isBroken(round)) console.error(explain(round));
  };
  runs.push(await run(setting, { seconds: (60 * minutes) / asked.length, seed, tell }));
}
for (const line of runs.flatMap(resumptionOf)) console.log(line);
console.log(summaryOf(runs, seed));
process.exitCode = runs.some(({ rounds }) => rounds.some(isBroken)) ? 1 : 0;

function number(name: "minutes" | "seed", form: RegExp, wanted: string): number {
  const said = values[name];
  if (!form.test(said)) refuse(`--${name} is ${said}: use ${wanted}`);
  return Number(said);
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}
