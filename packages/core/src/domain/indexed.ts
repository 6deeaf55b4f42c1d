import type { Defaults } from "./defaults.ts";
import { begun, deriveAllocation } from "./derive-allocation.ts";
import { deriveResource } from "./derive-resource.ts";
import { deriveSession, opened, stateOfSession } from "./derive-session.ts";
import { externalIds } from "./existence.ts";
import type { Ms } from "./fact.ts";
import { type Finding, rankOf } from "./finding.ts";
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
};

/** Of every session that is open. */
export const OPEN_SESSION = "open session";

export interface Context {
  readonly now: Ms;
  readonly defaults: Defaults;
}

/** `allocation` is the one that the record belongs to, if that is known. */
export function indexed(record: Record, allocation: Allocation | undefined, context: Context): Columns {
  const tags = tagsOf(record);
  if (record.kind === "allocation") {
    const { state, findings, next } = deriveAllocation(record, context);
    const { application, module } = begun(record);
    return {
      state,
      ...worst(findings),
      due: next,
      application,
      module,
      owner: null,
      type: null,
      allocation: null,
      tags,
    };
  }
  if (record.kind === "session") {
    const { state, findings, next } = deriveSession(record, context);
    const { application, module } = opened(record);
    const nothing = { owner: null, type: null, allocation: null };
    return { state, ...worst(findings), due: next, application, module, ...nothing, tags };
  }
  const { state, findings, next } = deriveResource(record, { ...context, allocation });
  const { application, module = null, owner, type, allocation: group = null } = describe(record);
  return { state, ...worst(findings), due: next, application, module, owner, type, allocation: group, tags };
}

export function tagsOf(record: Record): readonly string[] {
  if (record.kind === "allocation") {
    const { label } = begun(record);
    return label === undefined ? [] : [tag.allocationLabel(label)];
  }
  if (record.kind === "session") return stateOfSession(record) === "open" ? [OPEN_SESSION] : [];
  const { labels = {}, session } = describe(record);
  return [
    ...externalIds(record).map(tag.externalId),
    ...Object.entries(labels).map(([key, value]) => tag.label(key, value)),
    ...(session === undefined ? [] : [tag.session(session)]),
  ];
}

function worst([finding]: readonly Finding[]) {
  return finding ? { finding: rankOf(finding.kind), since: finding.from } : { finding: null, since: null };
}
