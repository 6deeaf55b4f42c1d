import type { Drett } from "@drett/client";

const HEAD = ["drett id", "state", "external id", "finding", "since", "last fact"];

/** The resources of the demo, one a line. */
export async function table(drett: Drett, module: string): Promise<string> {
  const rows = [HEAD];
  for await (const { id } of drett.resources({ module })) {
    const { state, externalIds, findings, facts } = await drett.get(id);
    const [worst] = findings;
    const last = facts.at(-1);
    rows.push([
      id,
      state,
      externalIds.join(" ") || "?",
      worst?.kind ?? "",
      clock(worst?.since),
      `${last?.kind} ${clock(last?.at)}`,
    ]);
  }
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ")}`.trimEnd())
    .join("\n");
}

const clock = (time: string | undefined) => time?.slice(11, 19) ?? "";
