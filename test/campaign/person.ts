import { setTimeout as pause } from "node:timers/promises";
import { get, post } from "../crash/http.ts";
import type { Random } from "../crash/random.ts";
import type { Fed, Held } from "./evidence.ts";

const BETWEEN_MS = { least: 500, most: 2_500 };
const PATIENCE_MS = 3_000;
/** No setting of a clock comes near to it. */
const DAY_MS = 86_400_000;
/** Somewhere among so many of the last facts is something to be held. */
const RECENT = 300;

/** Holds something now and then, be it in use, lapsed or about to be freed, until the signal aborts. */
export async function holdSome(
  urls: readonly string[],
  fed: readonly Fed[],
  random: Random,
  stop: AbortSignal,
): Promise<readonly Held[]> {
  const held: Held[] = [];
  for (let number = 0; !stop.aborted; number++) {
    await pause(random.between(BETWEEN_MS.least, BETWEEN_MS.most), undefined, { signal: stop }).catch(
      () => {},
    );
    const recent = fed.slice(-RECENT).filter(({ kind }) => kind === "session-lapsed" || kind === "allocated");
    const [id, url] = [random.pick(recent)?.resource, random.pick(urls)];
    if (id === undefined || stop.aborted) continue;
    const hold = `hold-${number}`;
    const until = new Date(Date.now() + DAY_MS).toISOString();
    const told = { hold, until, reason: "evidence" };
    const answer = await post(`${url}/v1/resources/${id}/holds`, told, PATIENCE_MS).catch(() => undefined);
    if (answer && answer.status < 300) held.push({ id, hold, at: Date.now() });
  }
  return held;
}

const LOOK_MS = 1_000;

/** Lifts what was frozen for a clock, as whoever has set it right does it, until the signal aborts. */
export async function thawClocks(urls: readonly string[], random: Random, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await pause(LOOK_MS, undefined, { signal: stop }).catch(() => {});
    const url = random.pick(urls) as string;
    // Whoever is not answered looks again.
    await thawSome(url).catch(() => {});
  }
}

async function thawSome(url: string): Promise<void> {
  const { body } = await get(`${url}/v1/freezes?state=frozen&limit=100`, PATIENCE_MS);
  const { items = [] } = body as { items?: readonly { readonly id: string; readonly cause: string }[] };
  const told = { reason: "the clock is right again" };
  for (const { id } of items.filter(({ cause }) => cause === "clock"))
    await post(`${url}/v1/freezes/${id}/thaw`, told, PATIENCE_MS);
}
