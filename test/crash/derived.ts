import { type Allocation, DEFAULTS, deriveAllocation, deriveResource, type Resource } from "@drett/core";
import type { RecordName, ToldFact } from "./command.ts";
import type { ShownFact, Standing } from "./recorded.ts";

/** A fact that a client told, beside how the server shows it. */
export interface KeptFact {
  readonly told: ToldFact;
  readonly shown: ShownFact;
}

export type Kept = ReadonlyMap<RecordName, readonly KeptFact[]>;

/** How core says that the record stands, by what the clients told. */
export function deriveStanding(kept: Kept, name: RecordName, now: number): Omit<Standing, "now"> {
  const [kind, id = ""] = name.split(" ");
  const its = kept.get(name) ?? [];
  const circumstances = { now, defaults: DEFAULTS };
  const { state, due, findings } =
    kind === "allocation"
      ? deriveAllocation(allocationOf(kept, id) as Allocation, circumstances)
      : deriveResource({ kind: "resource", id, facts: its.map(toCore) } as unknown as Resource, {
          ...circumstances,
          allocation: allocationOf(kept, groupOf(its)),
        });
  return {
    state,
    due: due === null ? null : formatTime(due),
    findings: findings.map(({ kind, from }) => ({ kind, since: formatTime(from) })),
  };
}

function allocationOf(kept: Kept, id: string | undefined): Allocation | undefined {
  const facts = kept.get(`allocation ${id}`)?.map(toCore);
  return facts && ({ kind: "allocation", id, facts } as unknown as Allocation);
}

function groupOf(its: readonly KeptFact[]): string | undefined {
  const intent = its.find(({ told }) => told.says.kind === "intent");
  return (intent?.told.says.about as { allocation?: string } | undefined)?.allocation;
}

/** Content and time are the client's word; only when it arrived, and that a time lay ahead, is the server's. */
function toCore({ told, shown }: KeptFact): object {
  const arrival = Date.parse(shown.arrival);
  const { until } = told.says as { until?: string };
  return {
    ...told.says,
    ...(until && { until: Date.parse(until) }),
    at: Math.min(Date.parse(told.at), arrival),
    arrival,
    actor: shown.actor,
  };
}

const formatTime = (time: number) => new Date(time).toISOString();
