import { Random } from "./random.ts";
import { Life, type Round } from "./round.ts";

/** With fewer commands acknowledged, a round shows too little to count. */
const ENOUGH = 200;
const ROUNDS_A_LIFE = 5;
const TRIES = 5;
const MOMENT_MS = { first: 400, last: 1_500 };

/**
 * So many rounds that count, from a seed on, with so many guests of the store besides; ends at the first that has a
 * fault, and leaves its directory.
 */
export async function* runRounds(rounds: number, seed: number, guests = 0): AsyncGenerator<Round> {
  let life: Life | undefined;
  for (let number = 0; number < rounds; number++) {
    if (number % ROUNDS_A_LIFE === 0) {
      life?.end();
      life = new Life(`seed-${seed + number}-guests-${guests}`, guests);
    }
    const round = await oneThatCounts(life as Life, seed + number);
    yield round;
    if (round.faults.length > 0) return;
  }
  life?.end();
}

/** Too little load, as on a slow disk: once more, with twice the time. */
async function oneThatCounts(life: Life, seed: number): Promise<Round> {
  const moment = new Random(`moment ${seed}`).between(MOMENT_MS.first, MOMENT_MS.last);
  let most = 0;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const round = await life.round(seed, moment * 2 ** attempt);
    if (round.acknowledged >= ENOUGH || round.faults.length > 0) return round;
    most = Math.max(most, round.acknowledged);
  }
  throw new Error(
    `${TRIES} times too little load to count: at most ${most} commands acknowledged, ${ENOUGH} needed`,
  );
}

export function sentenceOf(round: Round): string {
  const { seed, kill, acknowledged, unacknowledged, keptUntold, readyMs, faults } = round;
  return [
    `seed ${seed}`,
    `killed ${kill === "any-moment" ? "at any moment" : kill.replace("-", " a ")}`,
    `${acknowledged} commands acknowledged`,
    `${unacknowledged} not (${keptUntold} of them recorded)`,
    `ready again in ${Math.round(readyMs)} ms`,
    faults.length === 0 ? "nothing wrong" : `${faults.length} FAULTS`,
  ].join(", ");
}

/** The first faults, and where the data is. */
export const explain = ({ faults, directory }: Round) =>
  [...faults.slice(0, 10), `the data is kept in ${directory}`].join("\n");
