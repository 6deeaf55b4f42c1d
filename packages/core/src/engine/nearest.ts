/** The name that was probably meant: at most a third of it is wrong. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const scored = known.map((name) => ({
    name,
    distance: editDistance(given.toLowerCase(), name.toLowerCase()),
  }));
  const [best] = scored.sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(1, best.name.length / 3) ? best.name : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours between two short words; a long one is nobody's typo. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  let above = row;
  for (const [line, letter] of Array.from(a).entries()) {
    const next = [line + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] as number) + (letter === b[column - 1] ? 0 : 1);
      const isSwap = line > 0 && letter === b[column - 2] && a[line - 1] === b[column - 1];
      const swapped = isSwap ? (above[column - 2] as number) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    above = row;
    row = next;
  }
  return row[b.length] as number;
}
