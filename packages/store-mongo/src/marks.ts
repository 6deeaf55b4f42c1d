import type { Change } from "@drett/core";
import { keyOf } from "./keys.ts";

/** On a record: these of its facts came with this flush, those at the places from `from` up to `to`. */
export interface Mark {
  readonly flush: string;
  readonly from: number;
  readonly to: number;
}

/** The same places of several records, by their keys. */
export interface Group extends Mark {
  readonly records: readonly string[];
}

/** Flushes of a writer are numbered; a guest's are all of one writer, and have names of their own. */
export const GUESTS = "guests";

export const flushName = (writer: string, number: number): string =>
  `${writer}-${number.toString(36).padStart(9, "0")}`;

export const writerOf = (flush: string): string => flush.slice(0, flush.indexOf("-"));
export const numberOf = (flush: string): number => Number.parseInt(flush.slice(flush.indexOf("-") + 1), 36);

/** What the changes bring that were applied. */
export function groupsOf(changes: readonly Change[], flush: string): Group[] {
  const groups = new Map<string, Group & { records: string[] }>();
  for (const change of changes) {
    const { from, to } = change;
    if (to === from) continue;
    const group = groups.get(`${from} ${to}`) ?? { flush, from, to, records: [] };
    group.records.push(keyOf(change));
    groups.set(`${from} ${to}`, group);
  }
  return [...groups.values()];
}

export const factsIn = (groups: readonly Group[]): number =>
  groups.reduce((sum, { from, to, records }) => sum + (to - from) * records.length, 0);

export interface Marked {
  readonly _id: string;
  readonly marks: readonly Mark[];
}

/** Flush by flush; but the facts of one record stay in their order, whoever brought them. */
export function groupMarks(marked: readonly Marked[]): Group[] {
  const groups = new Map<string, { after: string; group: Group & { records: string[] } }>();
  for (const { _id, marks } of marked) {
    let after = "";
    for (const { flush, from, to } of marks) {
      if (flush > after) after = flush;
      const name = `${after} ${flush} ${from} ${to}`;
      const known = groups.get(name) ?? { after, group: { flush, from, to, records: [] } };
      known.group.records.push(_id);
      groups.set(name, known);
    }
  }
  const sorted = [...groups.values()].sort(
    (a, b) => compare(a.after, b.after) || a.group.from - b.group.from,
  );
  return sorted.map(({ group }) => group);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
