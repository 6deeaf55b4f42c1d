import { Engine, type Store } from "@drett/core";
import { exportLines } from "../../src/moving/export.ts";
import { importLines } from "../../src/moving/import.ts";
import { START } from "./test-server.ts";

const clock = { now: () => START };
let minted = 0;
export const engineOn = (store: Store) => new Engine({ store, clock, newId: () => `d${++minted}` });

export const linesOf = (store: Store) => Array.fromAsync(exportLines(store));

// biome-ignore lint/suspicious/useAwait: what is read asynchronously is given so
async function* given(lines: readonly string[]) {
  yield* lines;
}

export const importInto = (store: Store, lines: readonly string[], merge = false) =>
  importLines(engineOn(store), given(lines), { merge });
