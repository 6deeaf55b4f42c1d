import { type Change, DEFAULTS, indexed, type Resource, type Store } from "@drett/core";

const PAGE = 1_000;

/** Past any server, straight into its store, which is closed then. */
export async function fillWith(
  store: Store,
  count: number,
  resourceOf: (number: number) => Pick<Resource, "id" | "facts">,
): Promise<void> {
  const now = Date.now();
  for (let start = 0; start < count; start += PAGE) {
    const length = Math.min(PAGE, count - start);
    await store.commit(Array.from({ length }, (_, offset) => changeOf(resourceOf(start + offset), now)));
  }
  await store.close();
}

function changeOf({ id, facts }: Pick<Resource, "id" | "facts">, now: number): Change {
  const columns = indexed({ kind: "resource", id, facts }, undefined, { now, defaults: DEFAULTS });
  const body = JSON.stringify(facts);
  return { kind: "resource", id, expected: 0, columns, body, from: 0, to: facts.length };
}
