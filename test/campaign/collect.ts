import { setTimeout as pause } from "node:timers/promises";
import { getServed } from "../crash/http.ts";
import type { ShownResource } from "./evidence.ts";

const READERS = 16;

/** How drett shows these resources; one that it does not know is missing. */
export async function readResources(
  url: string,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, ShownResource>> {
  const shown = new Map<string, ShownResource>();
  const left = [...new Set(ids)];
  const read = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const { status, body } = await getServed(`${url}/v1/resources/${id}`);
      if (status === 200) shown.set(id, body as ShownResource);
      else if (status !== 404) throw new Error(`resource ${id} answers ${JSON.stringify(body)}`);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return shown;
}

/** Asks again and again until it is so; false where it is not within that time. */
export async function untilSo(isSo: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const began = performance.now(); performance.now() - began < withinMs; await pause(500)) {
    if (await isSo()) return true;
  }
  return isSo();
}
