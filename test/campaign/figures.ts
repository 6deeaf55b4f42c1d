import { DRETT, type Evidence, eventsIn, idOf, isFault, sessionsOf } from "./evidence.ts";
import { FREED_TYPE, SESSION_TTL_MS } from "./kinds.ts";
import type { Round } from "./round.ts";

/** What a run comes to, in numbers. Times are in milliseconds. */
export interface Figures {
  /** With servers, engines, store, clocks and ways. */
  readonly inflicted: number;
  readonly ofCloud: number;
  readonly resources: number;
  /** Things that outlived their engine. */
  readonly leaks: number;
  /** From the death of the engine to the fact in the feed. */
  readonly toFind: readonly number[];
  /** From the death of the engine until the thing was gone, of those that a policy frees. */
  readonly toFree: readonly number[];
  /** Sessions of engines that lived and ran, and were not heard all the same. */
  readonly falseAlarms: number;
}

export function figuresOf({ happened, evidence }: Round): Figures {
  const leaks = leaksIn(evidence);
  return {
    inflicted: happened.length,
    ofCloud: evidence.journal.filter(isFault).length,
    resources: eventsIn(evidence, "created").length,
    leaks: leaks.length,
    toFind: leaks.flatMap(({ died, found }) => (found === undefined ? [] : [found - died])),
    toFree: leaks.flatMap(({ died, type, gone }) =>
      type === FREED_TYPE && gone !== undefined ? [gone - died] : [],
    ),
    falseAlarms: falseAlarmsIn(evidence),
  };
}

interface Leak {
  readonly died: number;
  readonly type: string;
  readonly found: number | undefined;
  readonly gone: number | undefined;
}

function leaksIn(evidence: Evidence): readonly Leak[] {
  const gone = new Map(eventsIn(evidence, "gone").map(({ uid, at }) => [uid, at]));
  // What its engine had deleted was on its way already.
  const givenBack = new Set(
    eventsIn(evidence, "deleting").flatMap(({ by, uid }) => (by === DRETT ? [] : [uid])),
  );
  const created = Map.groupBy(eventsIn(evidence, "created"), idOf);
  const fed = Map.groupBy(evidence.fed, ({ resource }) => resource);
  return evidence.engines.flatMap(({ died, notes }) => {
    if (died === undefined) return [];
    const intents = notes.filter((note) => note.what === "intended");
    return intents.flatMap(({ id, type }) =>
      (created.get(id) ?? [])
        .filter(({ uid }) => !givenBack.has(uid) && (gone.get(uid) ?? Number.POSITIVE_INFINITY) > died)
        .map(({ uid }) => ({
          died,
          type,
          found: fed.get(id)?.find(({ kind, at }) => kind === "session-lapsed" && at > died)?.at,
          gone: gone.get(uid),
        })),
    );
  });
}

function falseAlarmsIn(evidence: Evidence): number {
  const sessions = sessionsOf(evidence);
  const engineOf = new Map(
    evidence.engines.flatMap((engine) =>
      engine.notes.flatMap((note) => (note.what === "intended" ? [[note.id, engine] as const] : [])),
    ),
  );
  const alarms = evidence.fed.filter(({ at, kind, resource }) => {
    const engine = engineOf.get(resource);
    if (kind !== "session-lapsed" || !engine) return false;
    const wasStopped = engine.stops.some(({ from, to }) => from < at && to > at - 2 * SESSION_TTL_MS);
    return (engine.died ?? Number.POSITIVE_INFINITY) > at && !wasStopped;
  });
  return new Set(alarms.map(({ resource }) => sessions.get(resource))).size;
}
