import * as fc from "fast-check";
import {
  allAttemptsFailed,
  allocated,
  begun,
  extended,
  failed,
  finished,
  freed,
  intended,
  releaseFailed,
  releasing,
  type Saying,
  unknown,
  VM,
} from "../../domain/testing/given.ts";

/** One step of a history: so long after the one before, something is said of so long ago; then drett may sweep. */
export interface Step {
  readonly wait: number;
  readonly ago: number;
  readonly saying: Saying;
  readonly sweeps: boolean;
}

const id = fc.constantFrom("vm-1", "vm-2", "vm-3");
const group = fc.constantFrom("fleet-1", "fleet-2");
const seconds = fc.constantFrom(0, 60, 300, 1200, 3600);
const reason = fc.constantFrom("timeout", "quota");
const pick = fc.record;
const some = { requiredKeys: [] };

/** What a resource is: always of the same application, type and owner, for otherwise it is another one. */
const described = pick(
  {
    allocation: group,
    module: fc.constantFrom("nova", "cinder"),
    ttlSeconds: fc.option(seconds),
    labels: fc.constant({ team: "a" }),
  },
  some,
);
const externalIdOf = (id: string, which: number) => `${id}-${which}`;
const externalId = fc.constantFrom(1, 2);

const saying: fc.Arbitrary<Saying> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(id, described, pick({ timeoutSeconds: seconds }, some))
      .map(([id, ...more]) => intended(Object.assign({ id }, ...more) as object)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        group,
        pick(
          {
            timeoutSeconds: seconds,
            resources: fc
              .uniqueArray(id, { maxLength: 2 })
              .map((ids) => ids.map((id) => ({ id, type: VM.type, owner: VM.owner }))),
          },
          some,
        ),
      )
      .map(([id, more]) => begun({ id, ...more })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(group, fc.constantFrom("done" as const, "failed" as const))
      .map(([id, outcome]) => finished(outcome, { id })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(id, externalId).map(([id, which]) => allocated(externalIdOf(id, which), { id })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, externalId, described)
      .map(([id, which, more]) => allocated(externalIdOf(id, which), { id, ...VM, ...more })),
  },
  { weight: 2, arbitrary: fc.tuple(id, reason).map(([id, reason]) => unknown({ id, reason })) },
  { weight: 1, arbitrary: fc.tuple(id, reason).map(([id, reason]) => failed({ id, reason })) },
  { weight: 1, arbitrary: id.map((id) => allAttemptsFailed({ id })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, pick({ timeoutSeconds: seconds }, some))
      .map(([id, more]) => releasing({ id, ...more })),
  },
  { weight: 1, arbitrary: id.map((id) => releaseFailed({ id })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, fc.option(externalId))
      .map(([id, which]) => freed(which === null ? undefined : externalIdOf(id, which), { id })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(id, fc.integer({ min: 30, max: 300 })).map(([id, until]) => extended(until, { id })),
  },
);

const step: fc.Arbitrary<Step> = pick({
  wait: fc.constantFrom(0, 0, 1, 5, 20),
  ago: fc.constantFrom(0, 0, 0, 1, 5, 30),
  saying,
  sweeps: fc.boolean(),
});

export const history = fc.array(step, { minLength: 1, maxLength: 30 });

/** What is said at those minutes after noon. Nothing is said of the future: what that means depends on when it is heard. */
export function timed(
  steps: readonly Step[],
  start = 60,
): { minutes: number; saying: Saying; sweeps: boolean }[] {
  let minutes = start;
  return steps.map(({ wait, ago, saying, sweeps }) => {
    minutes += wait;
    return { minutes, saying: saying.at(minutes - ago), sweeps };
  });
}
