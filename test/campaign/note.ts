import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One thing that an engine knows. Written down at once, so that a kill loses none. */
export type Note = { readonly at: number } & Said;

type Said =
  /** drett has acknowledged it. */
  | { readonly what: "intended"; readonly id: string; readonly type: string; readonly session?: string }
  | { readonly what: "creating" | "releasing" | "released" | "left" | "lost"; readonly id: string }
  | { readonly what: "created"; readonly id: string; readonly externalId: string }
  /** drett has answered a heartbeat that was sent then, and named what is lost. */
  | {
      readonly what: "heard";
      readonly session: string;
      readonly sent: number;
      readonly lost: readonly string[];
    }
  | { readonly what: "lapsed" | "recovered" };

export const noteIn = (file: string) => (said: Said) =>
  appendFileSync(file, `${JSON.stringify({ at: Date.now(), ...said })}\n`);

/** A line that a kill cut off says nothing. */
export function notesIn(file: string): readonly Note[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Note);
}
