/** `npm run campaign -- --minutes N --seed S --store sqlite|postgres|mongo`: without the last, each store in turn. */
import { readArguments } from "../many/arguments.ts";
import { isBroken } from "../many/series.ts";
import { explain, sentenceOf, summaryOf, tableOf } from "./report.ts";
import type { Round } from "./round.ts";
import { run, SETTINGS } from "./runs.ts";

const { settings, seconds, seed } = readArguments(SETTINGS, ["store"], "3");
const rounds: Round[] = [];
for (const setting of settings) {
  const tell = (round: Round) => console.log(sentenceOf(round));
  rounds.push(...(await run(setting, { seconds, seed, tell })));
}
for (const line of tableOf(rounds)) console.log(line);
const broken = rounds.filter(isBroken);
for (const round of broken) console.error(explain(round));
console.log(summaryOf(rounds));
process.exitCode = broken.length > 0 ? 1 : 0;
