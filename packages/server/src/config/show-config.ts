import type { Shown } from "./read-settings.ts";

/** Three columns: the setting, its value, and where it came from. */
export function showConfig(shown: readonly Shown[]): string {
  const rows = [
    ["setting", "value", "from"],
    ...shown.map(({ name, value, origin }) => [name, value, origin]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
