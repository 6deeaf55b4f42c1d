import { beginAllocation, finishAllocation } from "@drett/core";
import { readReason } from "../legacy/fields.ts";
import { instant, type Mapping, mapping, step } from "./mapping.ts";
import type { OldDocument } from "./old-collections.ts";
import { localTime, type Reading } from "./reading.ts";
import type { Zone } from "./zone.ts";

const STATES = { PENDING: "open", DONE: "done", FAILED: "failed" } as const;
type OldState = keyof typeof STATES;

/** An allocation of the old drett, as the commands that an engine would have sent. */
export function mapAllocation(document: OldDocument, zone: Zone): Mapping {
  return mapping(document, zone, (reading) => {
    const from = reading.oneOf("state", Object.keys(STATES) as OldState[]);
    const to = STATES[from];
    const { id, created } = reading;
    const begin = step(beginAllocation, {
      id,
      application: reading.text("application"),
      module: reading.text("module"),
      label: reading.textIfFit("allocation_id"),
      timeoutSeconds: timeoutOf(reading),
      at: instant(created),
    });
    if (to === "open") return { from, to, steps: [begin] };
    const finish = step(finishAllocation, {
      id,
      outcome: to,
      reason: readReason(reading.raw("reason")),
      at: instant(reading.firstTime("close_time")),
    });
    return { from, to, steps: [begin, finish] };
  });
}

const TEN_YEARS = 315_360_000;

/** From its creation to its deadline; the default where there is none. */
function timeoutOf(reading: Reading): number | undefined {
  const local = localTime(reading.raw("deadline"));
  if (local !== undefined && local > reading.created + TEN_YEARS * 1_000) {
    reading.remarks.add("its deadline is more than ten years after its creation, and is taken as ten years");
    return TEN_YEARS;
  }
  const deadline = reading.time("deadline");
  if (deadline === undefined) {
    reading.remarks.add("without a deadline, the default holds");
    return undefined;
  }
  if (deadline < reading.created) {
    reading.remarks.add("its deadline is before its creation: is the time zone right?");
  }
  return Math.max(0, Math.ceil((deadline - reading.created) / 1_000));
}
