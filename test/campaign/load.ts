import { type Evidence, eventsIn, isFault } from "./evidence.ts";

/** With less of it while faults happen, a run shows too little to count. */
const ENOUGH = { created: 200, deaths: 5, faults: 20 };

/** Why it shows too little. */
export function tooLittle(
  known: Pick<Evidence, "journal" | "engines" | "endedAt"> & { readonly began: number },
): readonly string[] {
  const during = ({ at }: { readonly at: number }) => at >= known.began && at <= known.endedAt;
  const counts = {
    created: eventsIn(known, "created").filter(during).length,
    deaths: known.engines.filter(({ died }) => died !== undefined && during({ at: died })).length,
    faults: known.journal.filter((entry) => isFault(entry) && during(entry)).length,
  };
  const words = {
    created: "resources created",
    deaths: "engines killed",
    faults: "faults of the cloud",
  };
  return (["created", "deaths", "faults"] as const).flatMap((what) =>
    counts[what] < ENOUGH[what]
      ? [`too little to count: ${counts[what]} ${words[what]}, ${ENOUGH[what]} needed`]
      : [],
  );
}
