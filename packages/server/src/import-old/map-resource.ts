import { registerIntent, reportAllocated, reportFreed, reportUnknown } from "@drett/core";
import { readReason } from "../legacy/fields.ts";
import { fittingText } from "../legacy/text.ts";
import { instant, type Mapping, mapping, type Step, step } from "./mapping.ts";
import type { OldDocument } from "./old-collections.ts";
import { NotMappable, type Reading } from "./reading.ts";
import type { Zone } from "./zone.ts";

export interface Surroundings {
  readonly zone: Zone;
  /** Whether the allocation of this id was brought over. */
  readonly isKnown: (allocation: string) => boolean;
  /** What resources belong to whose allocation was not. */
  readonly application: string | undefined;
}

const STATES = ["PENDING", "ALLOCATED", "FAILED", "FREE"] as const;

/**
 * A resource of the old drett, as the reports that an engine would have sent. Whatever its state, of what has a
 * `resource_id` it was known that it exists.
 */
export function mapResource(document: OldDocument, surroundings: Surroundings): Mapping {
  return mapping(document, surroundings.zone, (reading) => {
    const from = reading.oneOf("state", STATES);
    const { id } = reading;
    const intent = step(registerIntent, {
      id,
      owner: reading.text("owner"),
      type: reading.text("type"),
      ...belonging(reading, surroundings),
      at: instant(reading.created),
    });
    const externalId = reading.textIfFit("resource_id");
    const told: [Step, ...Step[]] = [intent];
    if (externalId !== undefined) {
      const at = instant(reading.firstTime("allocation_time"));
      told.push(step(reportAllocated, { id, externalId, at }));
    }
    const reached = externalId === undefined ? undefined : "allocated";
    switch (from) {
      case "PENDING":
        return { from, to: reached ?? "pending", steps: told };
      case "ALLOCATED":
        return { from, to: reached ?? "unknown", steps: reached ? told : [...told, nameless(reading)] };
      case "FAILED":
        return { from, to: reached ?? "unknown", steps: [...told, failed(reading)] };
      case "FREE": {
        const at = instant(reading.firstTime("close_time", "allocation_time"));
        return { from, to: "freed", steps: [...told, step(reportFreed, { id, externalId, at })] };
      }
    }
  });
}

/** The old client reported any exception as a failure: nobody knows what the provider made of the request. */
const failed = (reading: Reading): Step =>
  step(reportUnknown, {
    id: reading.id,
    reason: readReason(reading.raw("reason")) ?? "failed, says drett 0.1 without a reason",
    at: instant(reading.firstTime("close_time", "allocation_time")),
  });

/** A thing without a name that can be kept cannot be told to exist: somebody has to look. */
const nameless = (reading: Reading): Step =>
  step(reportUnknown, {
    id: reading.id,
    reason: fittingText(
      `allocated, says drett 0.1; its resource_id: ${JSON.stringify(reading.raw("resource_id")) ?? "missing"}`,
    ),
    at: instant(reading.firstTime("allocation_time")),
  });

/** Its allocation, which says the application; or the application that was named for those without. */
function belonging(reading: Reading, { isKnown, application }: Surroundings) {
  const allocation = reading.idIn("allocation_oid");
  if (allocation !== undefined && isKnown(allocation)) return { allocation };
  const which =
    allocation === undefined
      ? "it names no allocation"
      : `its allocation ${allocation.slice(1)} was not brought over`;
  if (application === undefined)
    throw new NotMappable(`${which}: name an application for it with --application`);
  reading.remarks.add("its allocation was not brought over: it belongs to the application that was named");
  return { allocation, application };
}
