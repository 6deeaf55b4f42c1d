import { type KeyEntry, type KeyState, stateOf } from "./key-entry.ts";
import type { LastUsed } from "./last-used.ts";

export interface ListedKey extends Omit<KeyEntry, "hash"> {
  readonly state: KeyState;
  readonly lastUsed?: string;
}

/** What may be shown of them. */
export const listKeys = (keys: readonly KeyEntry[], lastUsed: LastUsed, now: number): readonly ListedKey[] =>
  keys.map((entry) => {
    const { hash: _, ...shown } = entry;
    const used = lastUsed[entry.id];
    return { ...shown, state: stateOf(entry, now), ...(used !== undefined && { lastUsed: used }) };
  });

const COLUMNS = ["id", "name", "state", "roles", "applications", "expires", "last used"];

export function showKeys(keys: readonly ListedKey[]): string {
  if (keys.length === 0) return "There are no keys: whoever reaches the port may use it.";
  const rows = keys.map(({ id, name, state, roles, applications, expires, lastUsed }) => [
    id,
    name,
    state,
    roles.join(","),
    applications?.join(",") ?? "(all)",
    expires ?? "never",
    lastUsed ?? "never",
  ]);
  const lines = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => cell.padEnd(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}
