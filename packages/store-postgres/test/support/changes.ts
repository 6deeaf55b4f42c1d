import type { Change, Columns } from "@drett/core";

/** The first version of a resource, with one fact. */
export const created = (id: string, columns: Partial<Columns> = {}): Change => ({
  kind: "resource",
  id,
  expected: 0,
  columns: { ...PLAIN, ...columns },
  body: bodyOf(1),
  from: 0,
  to: 1,
});

/** The version after it, with one fact more. */
export const rewritten = (before: Change, columns: Partial<Columns> = {}): Change => ({
  ...before,
  expected: before.expected + 1,
  columns: { ...before.columns, ...columns },
  body: bodyOf(before.to + 1),
  from: before.to,
  to: before.to + 1,
});

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

const bodyOf = (facts: number) =>
  JSON.stringify(Array.from({ length: facts }, (_, place) => ({ kind: "unknown", reason: `${place}` })));
