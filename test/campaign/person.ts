import { setTimeout as pause } from "node:timers/promises";
import { post } from "../crash/http.ts";
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
