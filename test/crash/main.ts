/** `npm run crash -- --rounds N --seed S --guests N`: any number of rounds, a line each. */
import { parseArgs } from "node:util";
import { explain, runRounds, sentenceOf } from "./rounds.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    guests: { type: "string", default: "0" },
  },
});
const [rounds, seed, guests] = [wholeNumber("rounds", 1), wholeNumber("seed", 0), wholeNumber("guests", 0)];

let [done, acknowledged, unacknowledged, failed] = [0, 0, 0, 0];
for await (const round of runRounds(rounds, seed, guests)) {
  console.log(`round ${++done}: ${sentenceOf(round)}`);
  acknowledged += round.acknowledged;
  unacknowledged += round.unacknowledged;
  if (round.faults.length === 0) continue;
  failed++;
  console.error(explain(round));
}
console.log(
  `${done} rounds, ${acknowledged} commands acknowledged, ${unacknowledged} not, ${failed} rounds with faults`,
);
process.exitCode = failed === 0 ? 0 : 1;

function wholeNumber(name: "rounds" | "seed" | "guests", least: number): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  console.error(`--${name} is ${values[name]}: use a whole number from ${least}`);
  process.exit(2);
}
