import {
  type AllocationFact,
  type AllocationReport,
  type Description,
  isRepeated,
  type Ms,
  type ResourceFact,
  type ResourceNote,
  type ResourceReport,
  type SessionFact,
  type SessionReport,
  stamp,
} from "./fact.ts";
import type { Freeze, FreezeReport } from "./reclaim/freeze.ts";
import type { Plan, PlanReport } from "./reclaim/plan.ts";

/** One tracked thing: its facts, in the order of their arrival. */
export interface Resource {
  readonly kind: "resource";
  readonly id: string;
  readonly facts: readonly ResourceFact[];
}

/** A group of resources obtained together, with one deadline. */
export interface Allocation {
  readonly kind: "allocation";
  readonly id: string;
  readonly facts: readonly AllocationFact[];
}

/** One running engine process. */
export interface Session {
  readonly kind: "session";
  readonly id: string;
  readonly facts: readonly SessionFact[];
}

export type Record = Resource | Allocation | Session | Freeze | Plan;
export type RecordKind = Record["kind"];

/** All kinds of records. */
export const RECORD_KINDS = [
  "resource",
  "allocation",
  "session",
  "freeze",
  "plan",
] as const satisfies RecordKind[];

/**
 * What stores keep: the records, what each server has heard of the sessions, what policies have spent, and what
 * webhooks have told. Its place stays with a kind for ever.
 */
export const STORED_KINDS = [
  "resource",
  "allocation",
  "session",
  "hearing",
  "freeze",
  "plan",
  "budget",
  "delivery",
] as const;
export type StoredKind = (typeof STORED_KINDS)[number];

/** Who says it, and when drett hears it. */
export interface Hearing {
  readonly now: Ms;
  readonly actor: string;
}

export const newResource = (id: string): Resource => ({ kind: "resource", id, facts: [] });
export const newSession = (id: string): Session => ({ kind: "session", id, facts: [] });
export const newFreeze = (id: string): Freeze => ({ kind: "freeze", id, facts: [] });
export const newPlan = (id: string): Plan => ({ kind: "plan", id, facts: [] });
export const newAllocation = (id: string): Allocation => ({ kind: "allocation", id, facts: [] });

/** The record with the fact added; the very same record where it has that fact already. */
export function withReport(
  record: Resource,
  report: ResourceReport | ResourceNote,
  at: Ms | undefined,
  hearing: Hearing,
): Resource;
export function withReport(
  record: Allocation,
  report: AllocationReport,
  at: Ms | undefined,
  hearing: Hearing,
): Allocation;
export function withReport(
  record: Session,
  report: SessionReport,
  at: Ms | undefined,
  hearing: Hearing,
): Session;
export function withReport(
  record: Freeze,
  report: FreezeReport,
  at: Ms | undefined,
  hearing: Hearing,
): Freeze;
export function withReport(record: Plan, report: PlanReport, at: Ms | undefined, hearing: Hearing): Plan;
export function withReport(
  record: Record,
  report: ResourceReport | ResourceNote | AllocationReport | SessionReport | FreezeReport | PlanReport,
  at: Ms | undefined,
  hearing: Hearing,
): Record {
  if (record.facts.some((fact) => isRepeated(fact, report, at))) return record;
  return { ...record, facts: [...record.facts, stamp(report, at, hearing)] } as Record;
}

/** The record as it stood before that moment: what has come since did not bear on what was decided then. */
export const heardBefore = <R extends Record>(record: R, moment: Ms): R => ({
  ...record,
  facts: record.facts.filter(({ arrival }) => arrival < moment),
});

export type FactOf<F extends { kind: string }, K extends F["kind"]> = Extract<F, { kind: K }>;

export function factsOf<K extends ResourceFact["kind"]>(
  record: Resource,
  kind: K,
): readonly FactOf<ResourceFact, K>[] {
  return record.facts.filter((fact) => fact.kind === kind) as FactOf<ResourceFact, K>[];
}

/** What the resource is: as registered; until the registration has arrived, as its earliest report describes it. */
export function describe(resource: Resource): Description {
  const [intent] = factsOf(resource, "intent");
  if (intent) return intent.about;
  const described = factsOf(resource, "allocated").flatMap(({ at, about }) => (about ? [{ at, about }] : []));
  const [first] = described.sort(
    (a, b) => a.at - b.at || (JSON.stringify(a.about) < JSON.stringify(b.about) ? -1 : 1),
  );
  if (!first) throw new Error(`resource ${resource.id} has no fact that describes it`);
  return first.about;
}
