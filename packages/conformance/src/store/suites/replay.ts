import type { Suite } from "../subject.ts";

export const replay = {} satisfies Suite;
