import * as fc from "fast-check";
import {
  allAttemptsFailed,
  allocated,
  beaten,
  begun,
  confirmedExists,
  confirmedGone,
  confirmedLapsed,
  confirmedNeverCreated,
  confirmedOutcome,
  extended,
  failed,
  finished,
  forgotten,
  freed,
  held,
  intended,
  minute,
  releaseFailed,
  releasing,
  type Saying,
  sessionClosed,
  sessionLapsed,
  sessionOpened,
  unheld,
  unknown,
  VM,
} from "../../domain/testing/given.ts";

/** One step of a history: so long after the one before, something is said of so long ago; then drett may sweep. */
export interface Step {
  readonly wait: number;
  readonly ago: number;
  readonly saying: Saying;
  readonly sweeps: boolean;
  /** How many of the latest facts have escaped a person who decides. */
  readonly unseen: number;
}

/** Mostly the same one, so that much is said of it. */
const id = fc.constantFrom("vm-1", "vm-1", "vm-1", "vm-2", "vm-3");
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

const hold = fc.constantFrom("hold-1", "hold-2");

const report: fc.Arbitrary<Saying> = fc.oneof(
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

const holding: fc.Arbitrary<Saying> = fc
  .tuple(id, hold, fc.constantFrom(90, 150, 400))
  .map(([id, hold, until]) => held(until, { id, hold }));

const lifting: fc.Arbitrary<Saying> = fc.tuple(id, hold).map(([id, hold]) => unheld({ id, hold }));

/** With ids of their own, seldom the same one twice. */
const decision: fc.Arbitrary<Saying> = fc
  .tuple(id, externalId, fc.integer({ min: 1, max: 40 }), fc.nat(3))
  .map(([id, which, number, kind]) => {
    const named = { id, decision: `decision-${number}` };
    const decisions = [confirmedGone, confirmedNeverCreated, forgotten] as const;
    return decisions[kind]?.(named) ?? confirmedExists(externalIdOf(id, which), named);
  });

const ending: fc.Arbitrary<Saying> = fc
  .tuple(group, fc.constantFrom("done" as const, "failed" as const), fc.integer({ min: 1, max: 40 }))
  .map(([id, outcome, number]) => confirmedOutcome(outcome, { id, decision: `decision-${number}` }));

const session = fc.constantFrom("engine-1", "engine-1", "engine-2");

/** What engines say of their sessions, and what drett says of them, by itself and by a person. */
const watching: fc.Arbitrary<Saying> = fc.oneof(
  session.map((id) => sessionOpened({ id })),
  session.map((id) => beaten({ id })),
  session.map((id) => sessionClosed({ id })),
  {
    weight: 3,
    arbitrary: fc
      .tuple(session, fc.option(fc.constantFrom(90, 150, 400)))
      .map(([id, until]) =>
        sessionLapsed(
          until === null ? { id } : { id, together: { silent: 9, of: 10 }, until: minute(until) },
        ),
      ),
  },
  fc
    .tuple(session, fc.integer({ min: 1, max: 40 }))
    .map(([id, number]) => confirmedLapsed({ id, decision: `decision-${number}` })),
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, session, described)
      .map(([id, session, more]) => intended({ id, session, ...more })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, session, described)
      .map(([id, session, more]) => intended({ id, session, opens: { ttlSeconds: 60 }, ...more })),
  },
);

const stepOf = (saying: fc.Arbitrary<Saying>): fc.Arbitrary<Step> =>
  pick({
    wait: fc.constantFrom(0, 0, 1, 5, 20),
    ago: fc.constantFrom(0, 0, 0, 1, 5, 30),
    saying,
    sweeps: fc.boolean(),
    unseen: fc.constantFrom(0, 0, 1, 2),
  });
const historyOf = (saying: fc.Arbitrary<Saying>) =>
  fc.array(stepOf(saying), { minLength: 1, maxLength: 30, size: "max" });

/** What may be said in any order: whether it is accepted does not depend on how a record stands. */
export const undecided = historyOf(fc.oneof({ weight: 9, arbitrary: report }, holding));

/** The same, and what people decide on what they have seen. */
export const history = historyOf(
  fc.oneof({ weight: 7, arbitrary: report }, holding, lifting, { weight: 3, arbitrary: decision }, ending),
);

/** The same with sessions. What follows from those is drett's own word, said when it looks: so it has an order. */
export const watched = historyOf(
  fc.oneof(
    { weight: 6, arbitrary: report },
    { weight: 5, arbitrary: watching },
    holding,
    { weight: 2, arbitrary: decision },
    ending,
  ),
);

/** What is said at those minutes after noon. Nothing is said of the future: what that means depends on when it is heard. */
export function timed(
  steps: readonly Step[],
  start = 60,
): (Pick<Step, "saying" | "sweeps" | "unseen"> & { minutes: number })[] {
  let minutes = start;
  return steps.map(({ wait, ago, saying, sweeps, unseen }) => {
    minutes += wait;
    const isTimed = "at" in saying.command.input.properties;
    return { minutes, saying: isTimed ? saying.at(minutes - ago) : saying, sweeps, unseen };
  });
}
