import { candidatesOn } from "./candidates.ts";
import type { Engine } from "./engine.ts";
import { beyondHorizon, endsAt, NOTHING, type PruneStep } from "./pruning.ts";

const PAGE = 500;

/** What a round of pruning would do now, in steps; nothing is changed. */
export async function* surveyPruning({ store, clock, defaults }: Engine): AsyncGenerator<PruneStep> {
  for (let cursor: string | undefined; ; ) {
    const { events } = await store.events(cursor, PAGE);
    const trimmed = await beyondHorizon(events, PAGE, { store, now: clock.now(), defaults });
    yield { ...NOTHING, trimmed };
    if (trimmed < PAGE) break;
    cursor = events.at(-1)?.cursor;
  }
  for (const kind of ["resource", "allocation"] as const) {
    let cursor: string | undefined;
    do {
      const query = { kind, order: "oldest", limit: PAGE } as const;
      const page = await store.query(cursor === undefined ? query : { ...query, cursor });
      const moment = { now: clock.now(), defaults };
      yield { ...NOTHING, pruned: await candidatesOn(page.records, { store, ...moment, membersGo: true }) };
      cursor = endsAt(page, moment) ? undefined : page.next;
    } while (cursor !== undefined);
  }
  for (let cursor: string | undefined, more = true; more; ) {
    const query = { order: "until", limit: PAGE } as const;
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    const now = clock.now();
    yield { ...NOTHING, cleared: page.records.filter(({ until = now }) => until <= now).length };
    cursor = page.next;
    more = cursor !== undefined && page.records.every(({ until = now }) => until <= now);
  }
}
