import { setTimeout as pause } from "node:timers/promises";
import { nameOfFact, type RecordName, type ToldFact } from "./command.ts";
import { type Answer, getServed } from "./http.ts";
import type { ShownFact } from "./recorded.ts";

/** One fact as the feed tells it. */
export interface FedFact {
  /** To go on after it. */
  readonly cursor: string;
  readonly record: RecordName;
  readonly name: string;
}

export interface FeedPage {
  readonly items: readonly FedFact[];
  readonly cursor: string;
}

/** What is committed may be served a little later, but not for ever. */
const PATIENCE_MS = 20_000;

/** Reads the feed of a server, from the beginning or from a cursor, until so many facts and no more have come. */
export async function readFeed(url: string, count: number, after?: string): Promise<FedFact[]> {
  const fed: FedFact[] = [];
  let cursor = after;
  let heard = performance.now();
  for (;;) {
    const answer = await getServed(pageUrl(url, 1_000, cursor));
    if (answer.status !== 200) throw new Error(`the feed answers ${JSON.stringify(answer)}`);
    const page = pageOf(answer);
    fed.push(...page.items);
    cursor = page.cursor;
    if (page.items.length > 0) heard = performance.now();
    else if (fed.length >= count || performance.now() - heard > PATIENCE_MS) return fed;
    else await pause(20);
  }
}

export const pageUrl = (url: string, limit: number, after?: string): string =>
  `${url}/v1/events?limit=${limit}${after === undefined ? "" : `&after=${after}`}`;

export function pageOf({ body }: Answer): FeedPage {
  const { items, cursor } = body as { items: FedItem[]; cursor: string };
  return { items: items.map(fedFact), cursor };
}

export interface FedItem {
  readonly cursor: string;
  readonly resource?: string;
  readonly allocation?: string;
  readonly fact: ShownFact;
}

export function fedFact({ cursor, resource, allocation, fact }: FedItem): FedFact {
  const record: RecordName = resource === undefined ? `allocation ${allocation}` : `resource ${resource}`;
  return { cursor, record, name: nameOfShown(record, fact) };
}

/** The same as for the fact that was told. */
export const nameOfShown = (record: RecordName, fact: ShownFact) => nameOfFact(asTold(record, fact));

function asTold(record: RecordName, { at, arrival, actor, told, ...says }: ShownFact): ToldFact {
  return { record, says, at: told ?? at };
}
