import type { Page, Query, Store } from "./store.ts";

/** All that a query finds, page by page; the next page is read when it is asked for. */
export async function* pagesOf(store: Pick<Store, "query">, query: Query): AsyncGenerator<Page> {
  let { cursor } = query;
  do {
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    yield page;
    cursor = page.next;
  } while (cursor !== undefined);
}
