import { type Engine, isRefusal, REFUSALS } from "@drett/core";
import { inParallel } from "./in-parallel.ts";
import { mapAllocation } from "./map-allocation.ts";
import { mapResource } from "./map-resource.ts";
import type { Mapping, Step } from "./mapping.ts";
import type { OldCollections, OldKind } from "./old-collections.ts";
import { type Brought, Tally } from "./tally.ts";
import type { Zone } from "./zone.ts";

export interface ImportOptions {
  readonly from: OldCollections;
  /** Where it goes; without one nothing is recorded, only counted. */
  readonly into?: Engine | undefined;
  /** Of the local times in the old collections. */
  readonly zone: Zone;
  /** What resources belong to whose allocation is not there; without one they are left. */
  readonly application?: string | undefined;
  readonly onProgress?: ((kind: OldKind, done: number) => void) | undefined;
}

/** The store could not take it. What was recorded stays, and the next run goes on from there. */
export class ImportStopped extends Error {
  override readonly name = "ImportStopped";
}

const ACTOR = "import-0.1";
/** Enough to fill the flushes, and far from what may wait. */
const AT_ONCE = 256;

/**
 * Brings the records of an old drett over, as the commands that an engine would have sent, with their ids and their
 * times. What was brought over before is recognised, and nothing of it is recorded twice.
 */
export async function importOld({ from, into, zone, application, onProgress }: ImportOptions) {
  const tallies: { readonly [kind in OldKind]: Tally } = { allocations: new Tally(), resources: new Tally() };
  const known = new Set<string>();
  const surroundings = { zone, application, isKnown: (allocation: string) => known.has(allocation) };

  await inParallel(from.read("allocations"), AT_ONCE, async (document) => {
    const brought = await bring(mapAllocation(document, zone), into);
    if ("id" in brought) known.add(brought.id);
    tallies.allocations.count(document, brought);
    onProgress?.("allocations", tallies.allocations.read);
  });
  await inParallel(from.read("resources"), AT_ONCE, async (document) => {
    tallies.resources.count(document, await bring(mapResource(document, surroundings), into));
    onProgress?.("resources", tallies.resources.read);
  });
  return tallies;
}

async function bring(mapped: Mapping, into: Engine | undefined): Promise<Brought> {
  if ("reason" in mapped) return mapped;
  if (!into) return { ...mapped, isNew: true };
  const submit = ({ command, input }: Step) => into.submit(command, input, ACTOR);
  const [registration, ...reports] = mapped.steps;
  const registered = await submit(registration);
  // What is refused as another record's must not get this one's reports.
  const outcomes = isRefusal(registered) ? [registered] : await Promise.all(reports.map(submit));
  const refusal = outcomes.find(isRefusal);
  if (!refusal) return { ...mapped, isNew: !isRefusal(registered) && registered.created };
  if (REFUSALS[refusal.refused][0] >= 500) throw new ImportStopped(refusal.detail);
  const hint =
    refusal.refused === "id-used" ? " Was it brought over with another time zone or application?" : "";
  return { reason: `${refusal.detail}${hint}` };
}
