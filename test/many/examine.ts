import { type Checks, checksOf } from "../crash/check.ts";
import { type Request, wrongWith } from "../crash/client.ts";
import { nameOfFact } from "../crash/command.ts";
import { type FedFact, readFeed } from "../crash/feed.ts";
import type { Random } from "../crash/random.ts";
import { type Recorded, readAll } from "../crash/recorded.ts";
import { retryAnswered } from "../crash/retry.ts";
import type { Doors } from "./doors.ts";
import { backInTime, type Span, unlikeFeed, unlikeRecords } from "./orders.ts";
import type { Seat } from "./seat.ts";
import { until } from "./until.ts";

const RETRIED = 0.05;
const RETRIERS = 16;
const CURSORS = 5;
const READ_ALONG_MS = 20_000;

/** Who read the feed meanwhile. */
interface Reader {
  readonly name: string;
  readonly read: readonly FedFact[];
  /** Answers that neither hold a page nor say that the store is away. */
  readonly refused: readonly string[];
}

export interface Load {
  readonly seats: readonly Seat[];
  readonly doors: Doors;
  readonly requests: readonly Request[];
  readonly readers: readonly Reader[];
}

/** When all is quiet: what every server has, held against what was sent, and against what was read meanwhile. */
export async function examine(
  load: Load,
  random: Random,
): Promise<{ checks: Checks; recorded: readonly Recorded[] }> {
  const { seats, requests, readers } = load;
  const spans = spansOf(load);
  const ofAnswers = {
    "every answer is right": wrongAnswers(load),
    "a retry is answered as the first time": await retry(load, random),
  };
  const facts = requests.flatMap(({ commands }) => commands.flatMap(({ facts }) => facts));
  const names = new Set(facts.map(({ record }) => record));
  const recorded = await Promise.all(seats.map(({ url }) => readAll(url as string, names)));
  const feed = recorded[0]?.feed ?? [];
  await until(() => readers.every(({ read }) => read.length >= feed.length), READ_ALONG_MS);
  const ofServers = recorded.map((its) => ({
    ...checksOf(its, requests),
    "the feed tells a record's facts in its order": unlikeRecords(its),
    "the feed tells a fact after those that were acknowledged before it was sent": backInTime(
      its.feed,
      spans,
    ),
    "the feed is the same at every server": unlikeFeed(its.feed, feed),
  }));
  const ofReaders = readers.map(({ name, read, refused }) => [
    `${name} gets every fact once, in that order`,
    [...refused, ...unlikeFeed(read, feed)],
  ]);
  return {
    recorded,
    checks: {
      ...ofAnswers,
      ...joined(ofServers),
      ...(Object.fromEntries(ofReaders) as Checks),
      "every server goes on after any cursor": await goesOn(load, feed, random),
    },
  };
}

function wrongAnswers({ requests, doors }: Load): string[] {
  return requests.flatMap((request) => {
    if (request.answers === undefined) return [`never answered: ${JSON.stringify(request.commands)}`];
    const known = doors.triesOf(request).length > 1 && "perhaps";
    return request.commands.flatMap((it, place) => wrongWith(it, request.answers?.[place], known) ?? []);
  });
}

/** Those that were sent more than once, and a few of the others, each at any server. */
async function retry({ requests, doors }: Load, random: Random): Promise<string[]> {
  const answered = requests.filter(({ answers }) => answers !== undefined);
  const chosen = answered.filter((it) => doors.triesOf(it).length > 1 || random.chance(RETRIED));
  const parts = Map.groupBy(chosen, () => random.between(1, RETRIERS));
  const faults = [...parts.values()].map((part) => retryAnswered(doors.doorOf(random), part));
  return (await Promise.all(faults)).flat();
}

function spansOf({ requests, doors }: Load): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const request of requests) {
    const tries = doors.triesOf(request);
    const [sent = Number.POSITIVE_INFINITY] = tries.map((it) => it.sent);
    const acknowledged = request.answers ? (tries.at(-1)?.ended as number) : Number.POSITIVE_INFINITY;
    for (const fact of request.commands.flatMap(({ facts }) => facts))
      spans.set(nameOfFact(fact), { sent, acknowledged });
  }
  return spans;
}

/** The same checks of several servers as one, each fault with its server. */
function joined(checks: readonly Checks[]): Checks {
  const names = new Set(checks.flatMap((its) => Object.keys(its)));
  const faultsIn = (name: string) =>
    checks.flatMap((its, number) => (its[name] ?? []).map((fault) => `server ${number}: ${fault}`));
  return Object.fromEntries([...names].map((name) => [name, faultsIn(name)]));
}

async function goesOn({ seats, readers }: Load, feed: readonly FedFact[], random: Random): Promise<string[]> {
  const faults: string[] = [];
  for (const { read } of readers) {
    for (let times = CURSORS; times > 0 && read.length > 0; times--) {
      const place = random.between(0, read.length - 1);
      const after = read[place]?.cursor;
      const seat = random.pick(seats) as Seat;
      const rest = await readFeed(seat.url as string, feed.length - place - 1, after);
      const wrong = unlikeFeed(rest, feed.slice(place + 1));
      faults.push(...wrong.map((fault) => `server ${seat.number}, after ${after}: ${fault}`));
    }
  }
  return faults;
}
