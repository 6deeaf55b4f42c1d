import { type Static, Type } from "typebox";
import type { Fact, Lost } from "../../domain/fact.ts";
import { formatInstant } from "../../domain/instant.ts";
import { Instant, Text } from "../../domain/shapes.ts";

/** What was reported, when, by whom; the rest depends on the kind. */
export const FactView = Type.Object({ kind: Text, at: Instant, arrival: Instant, actor: Text });

const TIMES = new Set(["at", "arrival", "told", "until", "upTo", "heard", "expires"]);

/** A fact as it travels: times in words. */
export function viewFact(fact: Fact): Static<typeof FactView> {
  const said = Object.entries(fact).map(([name, value]) => [
    name,
    TIMES.has(name) ? formatInstant(value) : value,
  ]);
  if ("lost" in fact) said.push(["lost", fact.lost?.map(viewLost)]);
  return Object.fromEntries(said);
}

const viewLost = ({ since, ...lost }: Lost) => ({ ...lost, since: formatInstant(since) });
