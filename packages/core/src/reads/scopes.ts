import { describe } from "../domain/record.ts";
import { pagesOf } from "../ports/pages.ts";
import type { Store } from "../ports/store.ts";
import { readPage } from "../ports/stored-record.ts";

const PAGE = 500;

/** Of these scopes, those that no resource has. No store has a column of them: for one that is not there, all is read. */
export async function scopesWithoutRecord(
  store: Store,
  scopes: readonly string[],
): Promise<ReadonlySet<string>> {
  const missing = new Set(scopes);
  if (missing.size === 0) return missing;
  for await (const { records } of pagesOf(store, { kind: "resource", order: "newest", limit: PAGE })) {
    for (const record of readPage(records)) {
      if (record.kind === "resource") missing.delete(describe(record).scope ?? "");
    }
    if (missing.size === 0) break;
  }
  return missing;
}
