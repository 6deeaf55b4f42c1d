import { applicationOf } from "./caller.ts";
import type { Defaults } from "./defaults.ts";
import { begun, deriveAllocation } from "./derive-allocation.ts";
import { deriveResource } from "./derive-resource.ts";
import { deriveSession, opened, stateOfSession } from "./derive-session.ts";
import { externalIds } from "./existence.ts";
import type { Ms } from "./fact.ts";
import { type Due, type Finding, rankOf } from "./finding.ts";
import { deriveFreeze, type Freeze, frozen } from "./reclaim/freeze.ts";
import { standingOrder } from "./reclaim/order.ts";
import { derivePlan, type Plan, planned } from "./reclaim/plan.ts";
import { type Allocation, describe, type Record } from "./record.ts";

/**
 * All that a store may filter, sort and page by. Each view that wants one more column asks every store for it:
 * think twice, then change this function and nothing else.
 */
export interface Columns {
  readonly state: string;
  /** The rank of the worst finding that holds, and since when; `null` where nothing is wrong. */
  readonly finding: number | null;
  readonly since: Ms | null;
  /** When the sweep looks at it next. Too early costs a look; too late loses a resource. */
  readonly due: Ms | null;
  readonly application: string;
  readonly module: string | null;
  readonly owner: string | null;
  readonly type: string | null;
  readonly allocation: string | null;
  /** What it can be found by and may have several of: see `tag`. */
  readonly tags: readonly string[];
}

export const tag = {
  externalId: (id: string) => `external-id ${id}`,
  label: (key: string, value: string) => `label ${key}=${value}`,
  /** The name that an engine itself gave to an allocation. */
  allocationLabel: (label: string) => `allocation ${label}`,
  /** Of the resources that it watches. */
  session: (id: string) => `session ${id}`,
  /** Of what lives within it, and has to go first. */
  parent: (id: string) => `parent ${id}`,
  /** Of what a person or a plan has ordered to be freed. */
  ordered: "ordered",
  /** Of a plan or a freeze that is for it alone. */
  policy: (name: string) => `policy ${name}`,
};

/** Of every session that is open. */
export const OPEN_SESSION = "open session";

export interface Context {
  readonly now: Ms;
  readonly defaults: Defaults;
}

/** `allocation` is the one that the record belongs to, if that is known. */
export function indexed(record: Record, allocation: Allocation | undefined, context: Context): Columns {
  const { state, findings, next } = statusOf(record, allocation, context);
  const columns = { state, ...worst(findings), due: next, application: applicationOf(record) };
  return { ...columns, ...NOTHING, ...moreOf(record), tags: tagsOf(record) };
}

const NOTHING = { module: null, owner: null, type: null, allocation: null };

/** How the record stands; `allocation` is the one that it belongs to, if that is known. */
export function statusOf(
  record: Record,
  allocation: Allocation | undefined,
  context: Context,
): Due & { readonly state: string } {
  switch (record.kind) {
    case "resource":
      return deriveResource(record, { ...context, allocation });
    case "allocation":
      return deriveAllocation(record, context);
    case "session":
      return deriveSession(record, context);
    case "freeze":
      return deriveFreeze(record, context.now);
    case "plan":
      return derivePlan(record, context.now);
  }
}

function moreOf(record: Record): Partial<Columns> {
  switch (record.kind) {
    case "resource": {
      const { module = null, owner, type, allocation = null } = describe(record);
      return { module, owner, type, allocation };
    }
    case "allocation":
      return { module: begun(record).module };
    case "session":
      return { module: opened(record).module };
    case "freeze":
    case "plan":
      return {};
  }
}

export function tagsOf(record: Record): readonly string[] {
  if (record.kind === "allocation") {
    const { label } = begun(record);
    return label === undefined ? [] : [tag.allocationLabel(label)];
  }
  if (record.kind === "session") return stateOfSession(record) === "open" ? [OPEN_SESSION] : [];
  if (record.kind !== "resource") return tagsOfOther(record);
  const { labels = {}, session, parent } = describe(record);
  return [
    ...externalIds(record).map(tag.externalId),
    ...Object.entries(labels).map(([key, value]) => tag.label(key, value)),
    ...(session === undefined ? [] : [tag.session(session)]),
    ...(parent === undefined ? [] : [tag.parent(parent)]),
    ...(standingOrder(record) ? [tag.ordered] : []),
  ];
}

function tagsOfOther(record: Freeze | Plan): readonly string[] {
  const policy = record.kind === "plan" ? planned(record).policy : frozen(record).policy;
  return policy === undefined ? [] : [tag.policy(policy)];
}

function worst([finding]: readonly Finding[]) {
  return finding ? { finding: rankOf(finding.kind), since: finding.from } : { finding: null, since: null };
}
