/** `npm run campaign -- --minutes N --seed S --store sqlite|postgres|mongo`: without the last, each store in turn. */
import { parseArgs } from "node:util";
import { brokenIn, explain, sentenceOf, summaryOf, tableOf } from "./report.ts";
import type { Round } from "./round.ts";
import { run, SETTINGS } from "./runs.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "3" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    store: { type: "string" },
  },
});
const seed = number("seed", /^\d{1,9}$/, "a whole number from 0");
const minutes = number("minutes", /^(?=.*[1-9])\d+(\.\d+)?$/, "a number above 0");
const asked = SETTINGS.filter(({ store }) => [undefined, store].includes(values.store as never));
if (asked.length === 0)
  refuse(`--store is ${values.store}: use ${SETTINGS.map(({ store }) => store).join(", ")}`);
const missing = asked.find((it) => it.missing !== undefined)?.missing;
if (missing !== undefined) refuse(missing);

const rounds: Round[] = [];
for (const setting of asked) {
  const tell = (round: Round) => console.log(sentenceOf(round));
  rounds.push(...(await run(setting, { seconds: (60 * minutes) / asked.length, seed, tell })));
}
for (const line of tableOf(rounds)) console.log(line);
const broken = rounds.filter((round) => brokenIn(round).length > 0);
for (const round of broken) console.error(explain(round));
console.log(summaryOf(rounds));
process.exitCode = broken.length > 0 ? 1 : 0;

function number(name: "minutes" | "seed", form: RegExp, wanted: string): number {
  const said = values[name];
  if (!form.test(said)) refuse(`--${name} is ${said}: use ${wanted}`);
  return Number(said);
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}
