import type { OldKind } from "./old-collections.ts";
import type { Tally } from "./tally.ts";

export type Tallies = { readonly [kind in OldKind]: Tally };

const KINDS: readonly OldKind[] = ["allocations", "resources"];

/** What was brought over, or would be: counts by state, then every record that is left, with the reason. */
export function describeImport(tallies: Tallies, isPlan: boolean): string {
  return [
    ...KINDS.flatMap((kind) => describeTally(kind, tallies[kind], isPlan)),
    ...section("Remarks", countRemarks(tallies)),
    ...section(
      isPlan ? "Cannot be brought over" : "Not brought over",
      KINDS.flatMap((kind) => tallies[kind].left.map(({ _id, reason }) => `${kind} ${show(_id)}: ${reason}`)),
    ),
  ].join("\n");
}

export const countLeft = (tallies: Tallies) =>
  KINDS.reduce((sum, kind) => sum + tallies[kind].left.length, 0);

function describeTally(
  kind: OldKind,
  { read, known, left, states, ...tally }: Tally,
  isPlan: boolean,
): string[] {
  const counts = isPlan ? `${tally.new} to be recorded` : `${tally.new} recorded, ${known} recorded before`;
  return [
    `${kind}: ${read} read, ${counts}, ${left.length} left`,
    ...Object.entries(states)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([states, count]) => `${String(count).padStart(9)}  ${states}`),
  ];
}

/** Each remark with how many it is about, and one of them. */
function countRemarks(tallies: Tallies): string[] {
  const all = KINDS.flatMap((kind) =>
    tallies[kind].remarks.flatMap(({ _id, remarks }) =>
      remarks.map((remark) => ({ remark: `${kind}: ${remark}`, _id })),
    ),
  );
  return [...Map.groupBy(all, ({ remark }) => remark)].map(
    ([remark, its]) =>
      `${String(its.length).padStart(9)}  ${remark} (${show(its[0]?._id)}${its.length > 1 ? ", …" : ""})`,
  );
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0
    ? []
    : [`${title}:`, ...lines.map((line) => (line.startsWith(" ") ? line : `  ${line}`))];

function show(_id: unknown): string {
  const { $oid } = (_id ?? {}) as { $oid?: unknown };
  return typeof $oid === "string" ? $oid : (JSON.stringify(_id) ?? "without an _id").slice(0, 80);
}
