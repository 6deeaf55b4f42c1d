import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { rankOf } from "../domain/finding.ts";
import type { Record } from "../domain/record.ts";
import type { RefusalCode } from "../domain/refusal.ts";
import { intended, minute, type Saying } from "../domain/testing/given.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import type { Outcome } from "./committer.ts";
import {
  allSaid,
  asSeenIn,
  engineOn,
  freshColumns,
  hear,
  hearTogether,
  type Kept,
  keptIn,
  refusalIn,
  standingAt,
  sweepAll,
  type Trial,
} from "./testing/engines.ts";
import {
  answerLost,
  contended,
  cutOffAfter,
  type Fault,
  FaultyStore,
  neverArrived,
} from "./testing/faulty-store.ts";
import { history, type Step, timed, undecided, watched } from "./testing/histories.ts";

/** How often each property is tried; what fails is told with its seed. */
const runs = { numRuns: Number(process.env.DRETT_RUNS ?? 150) };

/** Hears the history as it goes, and tells what of it was accepted. */
async function live({ engine, clock }: Trial, steps: readonly Step[], observe?: () => Promise<void>) {
  const accepted: Saying[] = [];
  for (const { minutes, saying, sweeps, unseen } of timed(steps)) {
    clock.minutes = minutes;
    const said = await asSeenIn(engine.store, saying, unseen);
    if (refusalIn(await hear(engine, said)) === undefined) accepted.push(saying);
    if (sweeps) await engine.sweep();
    await observe?.();
  }
  return accepted;
}

/** Hears all of it, in this order as far as it can: what is refused is tried again after the others. */
async function hearInTheEnd({ engine }: Trial, sayings: readonly Saying[]): Promise<void> {
  let open = sayings;
  while (open.length > 0) {
    const outcomes = await hearTogether(engine, ...open);
    const refused = open.filter((_, place) => refusalIn(outcomes[place] as never) !== undefined);
    assert.ok(
      refused.length < open.length,
      `accepted before, and refused now: ${JSON.stringify(refused[0])}`,
    );
    open = refused;
  }
}

const standingsIn = async (store: MemoryStore, minutes: number) =>
  Object.fromEntries(
    [...(await keptIn(store))]
      .map(([name, kept]) => [name, standingAt(kept, minutes)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Its finding at that minute stands in the store, or the sweep will be led to it by then. */
function assertNeverLate(name: string, kept: Kept, minutes: number): void {
  const { finding, since } = freshColumns(kept, minutes);
  if (finding === kept.stored.finding && since === kept.stored.since) return;
  const isLedTo = [kept, kept.group].some((it) => it?.stored.due != null && it.stored.due <= minute(minutes));
  assert.ok(isLedTo, `${name} is another finding at ${minutes}, and nothing is due by then`);
}

function assertAsDerived(name: string, kept: Kept, minutes: number): void {
  const { finding, since, due } = freshColumns(kept, minutes);
  assert.deepEqual({ finding: kept.stored.finding, since: kept.stored.since }, { finding, since }, name);
  if (due !== null)
    assert.ok(kept.stored.due !== null && kept.stored.due <= due, `${name} is looked at by then`);
}

/**
 * In another order, some of it twice. A decision rests on what was there: it comes after the same as before, and
 * only what is told a second time comes anywhere after that.
 */
function shuffled(accepted: readonly Saying[], order: readonly number[]): readonly Saying[][] {
  const parts: { saying: Saying; rank: number }[][] = [[]];
  for (const [place, saying] of accepted.entries()) {
    const rank = order[(2 * place) % order.length] ?? 0;
    if (saying.needsSeen) parts.push([{ saying, rank }], []);
    else parts.at(-1)?.push({ saying, rank });
  }
  for (const [part, told] of parts.entries()) {
    for (const [place, { saying }] of told.slice().entries()) {
      const rank = order[(2 * place + 1) % order.length] ?? 0;
      if (rank % 3 === 0) parts[part + (rank % (parts.length - part))]?.push({ saying, rank });
    }
  }
  return parts.map((part) => part.sort((a, b) => a.rank - b.rank).map(({ saying }) => saying));
}

const order = fc.array(fc.nat(1000), { minLength: 2, maxLength: 60 });
const later = fc.integer({ min: 0, max: 2000 });

describe("of any history", () => {
  test("what was accepted comes to the same in every order, however often it is told", async () => {
    await fc.assert(
      fc.asyncProperty(history, order, later, async (steps, order, later) => {
        const [firstStore, secondStore] = [new MemoryStore(), new MemoryStore()];
        const first = engineOn(firstStore);
        const seeingAll = steps.map((step) => ({ ...step, unseen: 0 }));
        const accepted = await live(first, seeingAll);
        const second = engineOn(secondStore);
        second.clock.minutes = first.clock.minutes;
        for (const part of shuffled(accepted, order)) await hearInTheEnd(second, part);

        const now = first.clock.minutes + later;
        assert.deepEqual(await allSaid(secondStore), await allSaid(firstStore));
        assert.deepEqual(await standingsIn(secondStore, now), await standingsIn(firstStore, now));

        first.clock.minutes = second.clock.minutes = now + 1;
        for (const { engine } of [first, second]) await sweepAll(engine);
        for (const store of [firstStore, secondStore]) {
          for (const [name, kept] of await keptIn(store)) assertAsDerived(name, kept, now + 1);
        }
      }),
      runs,
    );
  });

  test("the facts in another order come to the same", async () => {
    await fc.assert(
      fc.asyncProperty(watched, fc.infiniteStream(fc.nat()), later, async (steps, ranks, later) => {
        const store = new MemoryStore();
        const { clock, engine } = engineOn(store);
        await live({ engine, clock, errors: [] }, steps);
        for (const kept of (await keptIn(store)).values()) {
          const { record } = kept;
          const minutes = clock.minutes + later;
          const ranked = record.facts.map((fact) => ({ fact, rank: ranks.next().value as number }));
          const facts = ranked.sort((a, b) => a.rank - b.rank).map(({ fact }) => fact);
          const again = { ...record, facts } as Record;
          assert.deepEqual(standingAt({ ...kept, record: again }, minutes), standingAt(kept, minutes));
        }
      }),
      runs,
    );
  });

  test("no fact is ever removed or changed", async () => {
    await fc.assert(
      fc.asyncProperty(watched, async (steps) => {
        const store = new MemoryStore();
        const trial = engineOn(store);
        let before: readonly [string, string][] = [];
        await live(trial, steps, async () => {
          const kept = await keptIn(store);
          for (const [name, body] of before) {
            assert.ok(kept.get(name)?.stored.body.startsWith(body.slice(0, -1)), name);
          }
          before = [...kept].map(([name, { stored }]) => [name, stored.body] as const);
        });
      }),
      runs,
    );
  });

  test("nothing is found late", async () => {
    await fc.assert(
      fc.asyncProperty(watched, later, async (steps, later) => {
        const store = new MemoryStore();
        const trial = engineOn(store);
        const { engine, clock } = trial;
        await live(trial, steps, async () => {
          for (const minutes of [clock.minutes, clock.minutes + later]) {
            for (const [name, kept] of await keptIn(store)) assertNeverLate(name, kept, minutes);
          }
        });
        clock.minutes += later;
        await sweepAll(engine);
        for (const [name, kept] of await keptIn(store)) assertAsDerived(name, kept, clock.minutes);
      }),
      runs,
    );
  });

  test("the finding that is stored is the worst of those that hold", async () => {
    await fc.assert(
      fc.asyncProperty(watched, async (steps) => {
        const store = new MemoryStore();
        const trial = engineOn(store);
        await live(trial, steps);
        trial.clock.minutes += 1;
        await sweepAll(trial.engine);
        for (const [name, kept] of await keptIn(store)) {
          const { findings } = standingAt(kept, trial.clock.minutes);
          const ranks = Object.keys(findings).map((kind) => rankOf(kind as never));
          assert.equal(kept.stored.finding, ranks.length > 0 ? Math.min(...ranks) : null, name);
        }
      }),
      runs,
    );
  });
});

const fault: fc.Arbitrary<Fault | undefined> = fc.constantFrom(
  undefined,
  answerLost,
  neverArrived,
  contended,
  cutOffAfter(1),
  cutOffAfter(2),
);

/**
 * Which of two faults a refusal tells of may depend on the order in which commands of one flush are decided anew; and
 * a decision that was refused may then be refused for what came after it.
 */
const inShort = (answer: Outcome) => {
  if (!("refused" in answer)) return answer;
  return REFUSED_DECISION.includes(answer.refused) ? REFUSED_DECISION : answer.refused;
};
const REFUSED_DECISION: readonly RefusalCode[] = [
  "changed-since",
  "not-in-this-state",
  "id-used",
  "unknown-hold",
  "until-passed",
];

describe("a history that is heard in flushes", () => {
  test("over a store that loses answers comes to the same as over one that does not, and is answered alike", async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(fault, { maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        async (steps, faults, size) => {
          const [calm, memory] = [new MemoryStore(), new MemoryStore()];
          const faulty = new FaultyStore(memory);
          faulty.next(...faults.map((fault): Fault => fault ?? ((changes, store) => store.commit(changes))));
          const first = engineOn(calm);
          const second = engineOn(faulty);
          const sayings = timed(steps).map((it, place) => ({
            ...it,
            saying: steps[place]?.ago === 0 ? it.saying.without("at") : it.saying,
          }));
          for (let start = 0; start < sayings.length; start += size) {
            const flush = sayings.slice(start, start + size);
            first.clock.minutes = second.clock.minutes = flush.at(-1)?.minutes ?? 60;
            const together = await Promise.all(flush.map(({ saying }) => asSeenIn(calm, saying)));
            const answers = await hearTogether(second.engine, ...together);
            if (answers.some((answer) => refusalIn(answer) === "store-contended")) return;
            const calmAnswers = await hearTogether(first.engine, ...together);
            assert.deepEqual(answers.map(inShort), calmAnswers.map(inShort));
          }
          assert.deepEqual(await allSaid(memory), await allSaid(calm));
        },
      ),
      runs,
    );
  });
});

const MANY: readonly (readonly [who: string, engines: number, flushes: number])[] = [
  ["two engines on one store", 2, 1],
  ["one engine with three flushes at a time", 1, 3],
];
for (const [who, engines, flushes] of MANY) {
  test(`${who} come to the same as one with one, in every interleaving`, async () => {
    await fc.assert(
      fc.asyncProperty(undecided, fc.scheduler(), async (steps, scheduler) => {
        const known = ["vm-1", "vm-2", "vm-3"].map((id) => intended({ id }).at(0));
        const [alone, shared] = [new MemoryStore(), new MemoryStore()];
        const one = engineOn(alone);
        await hearTogether(one.engine, ...known);
        await hearTogether(engineOn(shared).engine, ...known);
        const accepted = await live(one, steps);

        const interleaved = new FaultyStore(shared);
        const turns = {
          load: scheduler.scheduleFunction(async () => {}),
          commit: scheduler.scheduleFunction(async () => {}),
        };
        interleaved.before = (action) => turns[action]();
        interleaved.flushes = flushes;
        const flushLimit = flushes > 1 ? 3 : 1_000;
        const { clock } = one;
        const trials = Array.from({ length: engines }, () => engineOn(interleaved, { clock, flushLimit }));
        const heard = Promise.all(
          trials.map((trial, which) =>
            hearInTheEnd(
              trial,
              accepted.filter((_, place) => place % engines === which),
            ),
          ),
        );
        await scheduler.waitFor(heard);
        assert.deepEqual(await allSaid(shared), await allSaid(alone));
        assert.deepEqual(await standingsIn(shared, clock.minutes), await standingsIn(alone, clock.minutes));
      }),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 2) },
    );
  });
}
