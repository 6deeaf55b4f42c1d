import type { Command } from "@drett/core";
import * as fc from "fast-check";

/** When random histories begin. */
export const START = Date.parse("2026-11-23T09:00:00.000Z");

const instant = fc
  .constantFrom(-3600, -60, 0, 1, 60, 600, 86_400)
  .map((seconds) => new Date(START + seconds * 1000).toISOString());
const id = fc.constantFrom("a", "b", "c", "d");
/** Mostly the same, so that a report is seldom refused for speaking of another thing. */
const text = fc.constantFrom("x", "x", "x", "x", "y");
const seconds = fc.constantFrom(0, 60, 600);

/** Few values for each field, so that commands meet: the same ids, the same external ids, the same times. */
const FIELDS: { readonly [field: string]: fc.Arbitrary<unknown> } = {
  id,
  allocation: id,
  parent: id,
  session: id,
  externalId: fc.constantFrom("i-1", "i-2"),
  application: text,
  module: text,
  owner: text,
  type: text,
  at: instant,
  until: instant,
  seen: fc.constantFrom(1, 2, 3),
  decision: fc.constantFrom("d-1", "d-2", "d-3"),
  hold: fc.constantFrom("h-1", "h-2"),
  timeoutSeconds: seconds,
  ttlSeconds: fc.constantFrom(0, 60, 86_400, null),
  labels: fc.constantFrom({}, { k: "x" }, { k: "y", l: "x" }),
  data: fc.constantFrom({}, { note: "é\u0000'\"" }),
  price: fc.constant({ amount: 0.5, currency: "EUR", per: "hour" }),
};

const stamp = { at: START, arrival: START, actor: "somebody" };

/** A session as drett has found it: that needs time in which it is heard, which a history does not have. */
export const sessionFound = fc.record({
  kind: fc.constant("session" as const),
  id,
  facts: fc
    .subarray([
      { kind: "lapsed", lapse: 1, ...stamp },
      { kind: "recovered", lapse: 1, ...stamp },
      { kind: "closed", ...stamp },
    ])
    .map((found) => [{ kind: "opened", application: "x", module: "x", ttlSeconds: 60, ...stamp }, ...found]),
  merge: fc.constant(true),
});

/** As much of a schema as commands have. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: { readonly [field: string]: Schema };
  readonly required?: readonly string[];
}

/** Random input for a command, from its own schema: one that is added later is replayed too. */
export const inputOf = ({ input }: Command): fc.Arbitrary<unknown> => valueOf(input);

function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueOf));
  switch (schema.type) {
    case "object":
      return objectOf(schema);
    case "array":
      return fc.array(valueOf(schema.items ?? {}), { maxLength: 3 });
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return seconds;
    case "null":
      return fc.constant(null);
    default:
      return text;
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const fields: { [field: string]: fc.Arbitrary<unknown> } = Object.fromEntries(
    Object.entries(properties).map(([field, schema]) => [field, FIELDS[field] ?? valueOf(schema)]),
  );
  return fc.record(fields, { requiredKeys: [...required] });
}
