import type { OldKind } from "./old-collections.ts";

const WIDTH = 30;

/** Draws a bar that moves by whole percents; `totals` are about right, so it never says more than all. */
export function progressBar(
  draw: (line: string) => void,
  totals: { readonly [kind in OldKind]: number },
): (kind: OldKind, done: number) => void {
  let drawn = "";
  return (kind, done) => {
    const percent = Math.min(100, Math.floor((100 * done) / Math.max(1, totals[kind])));
    const filled = Math.floor((WIDTH * percent) / 100);
    const line = `${kind.padEnd(11)} ${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${percent} % of ${totals[kind]}`;
    if (line !== drawn) draw(line);
    drawn = line;
  };
}
