import type { Resource } from "../domain/record.ts";
import { resourceKey } from "../domain/view.ts";
import { pagesOf } from "../ports/pages.ts";
import type { Store, StoredRecord } from "../ports/store.ts";
import { readIfReadable } from "../ports/stored-record.ts";
import type { Ledger } from "./ledger.ts";

const PAGE = 500;

/**
 * Brings the ledger up to what the store holds, whoever wrote it. Whatever is live is due or found, so this reads the
 * two indexes of that and costs what is live, not what is stored; then what counts and was on neither of them.
 */
export async function recount(store: Store, ledger: Ledger, signal?: AbortSignal): Promise<void> {
  const closed = ledger.closed();
  const unseen = new Set(ledger.ids());
  // First what is due: the sweep takes records from there to what is found, so none slips through between the two.
  for (const order of ["due", "finding"] as const) {
    for await (const { records } of pagesOf(store, { kind: "resource", order, limit: PAGE })) {
      signal?.throwIfAborted();
      for (const stored of records) {
        unseen.delete(stored.id);
        learn(ledger, stored.id, stored);
      }
    }
  }
  const ids = [...unseen];
  for (let start = 0; start < ids.length; start += PAGE) {
    const asked = ids.slice(start, start + PAGE);
    const loaded = await store.load(asked.map(resourceKey));
    const byId = new Map(loaded.filter(({ kind }) => kind === "resource").map((it) => [it.id, it]));
    for (const id of asked) learn(ledger, id, byId.get(id));
  }
  ledger.drop(closed);
}

/** What cannot be read counts as it did. */
function learn(ledger: Ledger, id: string, stored: StoredRecord | undefined): void {
  const record = stored && readIfReadable(stored);
  if (stored === undefined || record) ledger.learn(id, record as Resource | undefined);
}
