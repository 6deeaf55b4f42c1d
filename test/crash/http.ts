import { setTimeout as pause } from "node:timers/promises";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** How long to wait for an answer where nothing else is said. */
const PATIENCE_MS = 30_000;

/** Resolves with an answer that arrived in full; rejects where nobody can tell what became of the request. */
export async function post(url: string, body: unknown, patienceMs = PATIENCE_MS): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patienceMs),
  });
  return { status: response.status, body: await response.json() };
}

export async function get(url: string, patienceMs = PATIENCE_MS): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
  return { status: response.status, body: await response.json() };
}

/** Asks again while the store is away: a server that is busy with other things may be late at times. */
export async function getServed(url: string): Promise<Answer> {
  const began = performance.now();
  for (;;) {
    const answer = await get(url);
    if (answer.status !== 503 || performance.now() - began > PATIENCE_MS) return answer;
    await pause(100);
  }
}

/** The items of all pages of a list, each with the time at which its page was answered. */
export async function getAll(url: string): Promise<{ item: unknown; now: number }[]> {
  const all: { item: unknown; now: number }[] = [];
  let place = "";
  for (;;) {
    const { status, body } = await getServed(`${url}?limit=1000${place}`);
    const page = body as { items: unknown[]; now: string; next: string | null };
    if (status !== 200) throw new Error(`${url} answers ${status}: ${JSON.stringify(body)}`);
    all.push(...page.items.map((item) => ({ item, now: Date.parse(page.now) })));
    if (page.next === null) return all;
    place = `&cursor=${page.next}`;
  }
}
