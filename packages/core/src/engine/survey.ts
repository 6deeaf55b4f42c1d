import { RECORD_KINDS } from "../domain/record.ts";
import { pagesOf } from "../ports/pages.ts";
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
  for (const kind of RECORD_KINDS) {
    for await (const page of pagesOf(store, { kind, order: "oldest", limit: PAGE })) {
      const moment = { now: clock.now(), defaults };
      yield { ...NOTHING, pruned: await candidatesOn(page.records, { store, ...moment, membersGo: true }) };
      if (endsAt(page, moment)) break;
    }
  }
  for await (const { records } of pagesOf(store, { order: "until", limit: PAGE })) {
    const now = clock.now();
    const over = records.filter(({ until = now }) => until <= now);
    yield { ...NOTHING, cleared: over.length };
    if (over.length < records.length) break;
  }
}
