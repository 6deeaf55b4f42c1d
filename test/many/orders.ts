import type { RecordName } from "../crash/command.ts";
import { type FedFact, nameOfShown } from "../crash/feed.ts";
import type { Recorded } from "../crash/recorded.ts";

/** When a fact was first sent, and when it was acknowledged; never, where it was not. */
export interface Span {
  readonly sent: number;
  readonly acknowledged: number;
}

/** Records whose facts the feed tells in another order than the record itself. */
export function unlikeRecords({ feed, facts }: Pick<Recorded, "feed" | "facts">): string[] {
  const fed = Map.groupBy(feed, ({ record }) => record);
  return [...facts].flatMap(([record, its]) => {
    const kept = its.map((fact) => nameOfShown(record, fact));
    const told = fed.get(record)?.map(({ name }) => name) ?? [];
    const place = kept.findIndex((name, place) => told[place] !== name);
    return place < 0 ? [] : [`${record}: fact ${place} is ${kept[place]}, and in the feed ${told[place]}`];
  });
}

/** Facts that the feed tells before one of the same record that was acknowledged before they were sent. */
export function backInTime(feed: readonly FedFact[], spans: ReadonlyMap<string, Span>): string[] {
  const latest = new Map<RecordName, { name: string; sent: number }>();
  return feed.flatMap(({ record, name }) => {
    const span = spans.get(name);
    if (!span) return [];
    const before = latest.get(record);
    if (!before || span.sent > before.sent) latest.set(record, { name, sent: span.sent });
    return before && span.acknowledged < before.sent
      ? [`${name} comes after ${before.name}, which was sent when the former was acknowledged already`]
      : [];
  });
}

/** How what a reader has read differs from what it had to read. */
export function unlikeFeed(read: readonly FedFact[], feed: readonly FedFact[]): string[] {
  const place = feed.findIndex(({ name }, place) => read[place]?.name !== name);
  if (place < 0 && read.length === feed.length) return [];
  if (place < 0) return [`${read.length - feed.length} too much, first ${read[feed.length]?.name}`];
  return [
    `${read.length} facts read of ${feed.length}; at place ${place} ${read[place]?.name ?? "nothing"} instead of ${feed[place]?.name}`,
  ];
}
