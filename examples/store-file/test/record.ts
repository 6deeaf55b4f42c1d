import type { Change } from "@drett/core";

const COLUMNS = {
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

/** A new one, with one fact of some length. */
export const record = (id: string): Change => ({
  kind: "resource",
  id,
  expected: 0,
  columns: COLUMNS,
  body: JSON.stringify([{ id, note: "x".repeat(1_000) }]),
  from: 0,
  to: 1,
});
