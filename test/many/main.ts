/** `npm run many -- --minutes N --seed S --store postgres|mongo --servers N`: without the last two, every setting in turn. */
import { readArguments } from "./arguments.ts";
import { explain, resumptionOf, sentenceOf, summaryOf } from "./report.ts";
import type { Round } from "./round.ts";
import { type Run, run, SETTINGS } from "./runs.ts";
import { isBroken } from "./series.ts";

const { settings, seconds, seed } = readArguments(SETTINGS, ["store", "servers"], "1");
const runs: Run[] = [];
for (const setting of settings) {
  const tell = (round: Round) => {
    console.log(`${setting.servers} servers on ${setting.store}: ${sentenceOf(round)}`);
    if (isBroken(round)) console.error(explain(round));
  };
  runs.push(await run(setting, { seconds, seed, tell }));
}
for (const line of runs.flatMap(resumptionOf)) console.log(line);
console.log(summaryOf(runs, seed));
process.exitCode = runs.some(({ rounds }) => rounds.some(isBroken)) ? 1 : 0;
