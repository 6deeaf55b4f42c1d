export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const PATIENCE_MS = 30_000;

/** Resolves with an answer that arrived in full; rejects where nobody can tell what became of the request. */
export async function post(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, body: await response.json() };
}

export async function get(url: string): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  return { status: response.status, body: await response.json() };
}

/** The items of all pages of a list or of the feed, each with the time at which its page was answered. */
export async function getAll(url: string): Promise<{ item: unknown; now: number }[]> {
  const all: { item: unknown; now: number }[] = [];
  let place = "";
  for (;;) {
    const { status, body } = await get(`${url}?limit=1000${place}`);
    const page = body as { items: unknown[]; now: string; next?: string | null; cursor?: string };
    if (status !== 200) throw new Error(`${url} answers ${status}: ${JSON.stringify(body)}`);
    all.push(...page.items.map((item) => ({ item, now: Date.parse(page.now) })));
    if (page.items.length === 0 || page.next === null) return all;
    place = page.next === undefined ? `&after=${page.cursor}` : `&cursor=${page.next}`;
  }
}
