import assert from "node:assert/strict";
import { COMMANDS, type Command, Engine, restoreRecord, type Store } from "@drett/core";
import * as fc from "fast-check";
import { compareAll, type Pair } from "./comparing.ts";
import { inputOf, START, sessionFound } from "./inputs.ts";

interface Submission {
  /** By its name, so that a history can be read. */
  readonly command: string;
  readonly input: unknown;
}

type Step =
  | { readonly does: "submit"; readonly together: readonly Submission[] }
  | { readonly does: "find"; readonly session: unknown }
  | { readonly does: "wait"; readonly seconds: number }
  | { readonly does: "sweep"; readonly limit: number };

const submission: fc.Arbitrary<Submission> = fc.oneof(
  ...COMMANDS.map((command) => fc.record({ command: fc.constant(command.name), input: inputOf(command) })),
);

const commands = new Map(COMMANDS.map((command) => [command.name, command]));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      does: fc.constant("submit" as const),
      together: fc.array(submission, { minLength: 1, maxLength: 8 }),
    }),
    weight: 4,
  },
  fc.record({ does: fc.constant("find" as const), session: sessionFound }),
  fc.record({ does: fc.constant("wait" as const), seconds: fc.constantFrom(1, 60, 600, 3600, 90_000) }),
  fc.record({ does: fc.constant("sweep" as const), limit: fc.constantFrom(500, 1000) }),
);

/** Commands that meet in flushes, time that passes, and sweeps. */
export const engineHistory = fc.array(step, { minLength: 1, maxLength: 30, size: "max" });

/** The same through an engine on each of both, and every reply compared; at the end all that was recorded. */
export async function replayOnEngines(pair: Pair, steps: readonly Step[]): Promise<void> {
  const errors: unknown[] = [];
  const clock = new SetClock();
  const engines = [pair.reference, pair.store].map((store) => engineOn(store, clock, errors));
  for (const step of steps) {
    switch (step.does) {
      case "submit":
        await compareReplies(engines, (engine) =>
          Promise.all(
            step.together.map(({ command, input }) =>
              engine.submit(commands.get(command) as Command, input, "somebody"),
            ),
          ),
        );
        break;
      case "find":
        await compareReplies(engines, (engine) => engine.submit(restoreRecord, step.session, "drett"));
        break;
      case "wait":
        clock.time += step.seconds * 1000;
        break;
      case "sweep":
        await compareReplies(engines, (engine) => engine.sweep(step.limit));
        break;
      default: {
        const never: never = step;
        return never;
      }
    }
  }
  await Promise.all(engines.map((engine) => engine.close()));
  assert.deepEqual(errors, []);
  await compareAll(pair);
}

class SetClock {
  time = START;
  now(): number {
    return this.time;
  }
}

function engineOn(store: Store, clock: SetClock, errors: unknown[]): Engine {
  let minted = 0;
  return new Engine({
    store,
    clock,
    newId: () => `m${minted++}`,
    // What is heard goes by a clock of its own, and is written under a name of its own.
    sessions: false,
    onError: (error) => errors.push(error),
  });
}

async function compareReplies(
  engines: readonly Engine[],
  does: (engine: Engine) => Promise<unknown>,
): Promise<void> {
  const [expected, actual] = await Promise.all(engines.map(does));
  assert.deepEqual(actual, expected, "replies");
}
