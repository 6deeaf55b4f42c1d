/** Something that a plug-in does not do, and why that is right. */
export interface Deviation {
  /** A subject ("reopen"), or one test of it ("commit: takes 1,000 changes at once"). */
  readonly test: string;
  readonly reason: string;
}

/** Tests by their names, by subjects. */
interface Subjects<Run> {
  readonly [subject: string]: { readonly [test: string]: Run };
}

/** What is left of them. A name that is no test is refused: it must not stay left out, or not, unnoticed. */
export function withoutDeviations<Run>(
  subjects: Subjects<Run>,
  deviations: readonly Deviation[],
): Subjects<Run> {
  const left = new Set(deviations.map(({ test }) => test));
  const rest = Object.entries(subjects).map(([subject, tests]) => {
    const kept = Object.entries(tests).filter(([test]) => !left.delete(nameOf(subject, test)));
    return [subject, left.has(subject) ? {} : Object.fromEntries(kept)];
  });
  for (const subject of Object.keys(subjects)) left.delete(subject);
  for (const unknown of left) throw new Error(`there is no test ${JSON.stringify(unknown)} to leave out`);
  return Object.fromEntries(rest);
}

export const nameOf = (subject: string, test: string) => `${subject}: ${test}`;
