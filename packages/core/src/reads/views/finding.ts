import { type Static, Type } from "typebox";
import type { Fact } from "../../domain/fact.ts";
import { FINDING_KINDS, FINDINGS, type Finding } from "../../domain/finding.ts";
import { formatInstant } from "../../domain/instant.ts";
import type { Record, Session } from "../../domain/record.ts";
import { sentenceOf } from "../../domain/sentence.ts";
import { Instant, Shape } from "../../domain/shapes.ts";
import { FactView, viewFact } from "./fact.ts";
import { oneOf } from "./standing.ts";

export const FindingKindName = oneOf(FINDING_KINDS);

export const FindingView = Shape({
  kind: FindingKindName,
  since: Instant,
  says: Type.String({ description: "one sentence for a person" }),
  remedy: Type.String({ description: "what can be done" }),
  evidence: Type.Array(FactView, { description: "the facts that it rests on" }),
});
export type FindingView = Static<typeof FindingView>;

export function viewFinding(record: Record, finding: Finding, session?: Session): FindingView {
  return {
    kind: finding.kind,
    since: formatInstant(finding.from),
    says: sentenceOf(record, finding, session),
    remedy: FINDINGS[finding.kind].remedy,
    evidence: finding.facts.map((place) => viewFact(record.facts[place] as Fact)),
  };
}
