import { Random } from "../crash/random.ts";

/** One thing that is to go wrong. */
export interface Step {
  readonly name: string;
  /** After the step before it. */
  readonly pauseMs: number;
  readonly lastsMs: number;
  /** From 0 to 1: which one of those that it may hit. */
  readonly choice: number;
  /** From -1 to 1: how much, and which way. */
  readonly amount: number;
}

/** What is to go wrong, one step after the other; the two at the same time. */
export interface Plan {
  /** With servers, their store, their clocks and the ways between. */
  readonly hard: readonly Step[];
  readonly engines: readonly Step[];
}

const STORM = 3;
const WITHIN_STORM_MS = { least: 100, most: 700 };
/** Long enough for a session to lapse: whatever befalls a server gives everybody a whole TTL again. */
const CALM_MS = { least: 8_000, most: 10_000 };
const LASTS_MS = { least: 300, most: 6_500 };
const BETWEEN_ENGINES_MS = { least: 500, most: 3_000 };
const ENGINE_STOPPED_MS = { least: 1_000, most: 9_000 };
/** Of so many steps on average something is stopped, and not killed. */
const STOPPED = 0.3;

/** For so long at least, and the same for the same seed: each of the names once before any comes again. */
export function planOf(seed: number, seconds: number, names: readonly string[]): Plan {
  const [hard, engines] = [new Random(`${seed}/hard`), new Random(`${seed}/engines`)];
  return { hard: forLong(seconds, storms(hard, names)), engines: forLong(seconds, deaths(engines)) };
}

function* storms(random: Random, names: readonly string[]): Generator<Step> {
  for (let number = 0; ; ) {
    for (const name of random.shuffle(names)) {
      const { least, most } = number % STORM === 0 ? CALM_MS : WITHIN_STORM_MS;
      // Everybody comes up first.
      const pauseMs = number === 0 ? 2_000 : random.between(least, most);
      number++;
      yield stepOf(random, name, pauseMs, LASTS_MS);
    }
  }
}

function* deaths(random: Random): Generator<Step> {
  for (;;) {
    const name = random.chance(STOPPED) ? "an engine is stopped" : "an engine is killed";
    const pauseMs = random.between(BETWEEN_ENGINES_MS.least, BETWEEN_ENGINES_MS.most);
    yield stepOf(random, name, pauseMs, ENGINE_STOPPED_MS);
  }
}

const stepOf = (
  random: Random,
  name: string,
  pauseMs: number,
  lasts: { least: number; most: number },
): Step => ({
  name,
  pauseMs,
  lastsMs: random.between(lasts.least, lasts.most),
  choice: random.next(),
  amount: 2 * random.next() - 1,
});

function forLong(seconds: number, steps: Generator<Step>): Step[] {
  const plan: Step[] = [];
  for (let ms = 0; ms <= 1_000 * seconds; ) {
    const step = steps.next().value as Step;
    plan.push(step);
    ms += step.pauseMs;
  }
  return plan;
}
