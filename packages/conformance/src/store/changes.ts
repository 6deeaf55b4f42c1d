import type { Change, Columns, StoredKind } from "@drett/core";

const PLAIN: Columns = {
  state: "pending",
  finding: null,
  since: null,
  due: null,
  application: "probe",
  module: null,
  owner: null,
  type: null,
  allocation: null,
  tags: [],
};

/** The first version of a resource, with one fact. */
export function created(id: string, columns: Partial<Columns> = {}, kind: StoredKind = "resource"): Change {
  return {
    kind,
    id,
    expected: 0,
    columns: { ...PLAIN, ...columns },
    body: bodyOf({ kind, id }, 1),
    from: 0,
    to: 1,
  };
}

export const createdAllocation = (id: string, columns: Partial<Columns> = {}): Change =>
  created(id, columns, "allocation");

/** The version after that one, with so many more facts. */
export function rewritten(before: Change, columns: Partial<Columns> = {}, facts = 1): Change {
  const to = before.to + facts;
  const { until, ...record } = before;
  return {
    ...record,
    expected: before.expected + 1,
    columns: { ...before.columns, ...columns },
    body: bodyOf(before, to),
    from: before.to,
    to,
  };
}

/** The tombstone in its place. */
export const buried = (before: Change, until: number): Change => ({
  ...before,
  expected: before.expected + 1,
  columns: { ...PLAIN, state: "pruned", application: "" },
  body: '{"state":"freed"}',
  from: before.to,
  until,
});

/** Nothing in its place. */
export const gone = (before: Change): Change => ({
  ...before,
  expected: before.expected + 1,
  from: before.to,
  gone: true,
});

/** So many new resources, numbered from 0. */
export const many = (
  count: number,
  columnsOf: (number: number) => Partial<Columns> = () => ({}),
  prefix = "r",
): Change[] => Array.from({ length: count }, (_, number) => created(`${prefix}${number}`, columnsOf(number)));

/** Facts that tell which record and which place they are of. */
const bodyOf = ({ kind, id }: Pick<Change, "kind" | "id">, facts: number): string =>
  JSON.stringify(Array.from({ length: facts }, (_, place) => factOf(kind, id, place)));

export const factOf = (kind: StoredKind, id: string, place: number) => ({ of: `${kind} ${id}`, place });
