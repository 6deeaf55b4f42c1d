import { join } from "node:path";
import type { Checks } from "../crash/check.ts";
import { Client } from "../crash/client.ts";
import { Surroundings } from "../crash/command-source.ts";
import { Random } from "../crash/random.ts";
import type { Recorded } from "../crash/recorded.ts";
import type { Database } from "./database.ts";
import { disturbancesOf, OF_SERVERS } from "./disturbances.ts";
import { Doors } from "./doors.ts";
import { examine, type Load } from "./examine.ts";
import { PageReader } from "./page-reader.ts";
import { Readiness } from "./readiness.ts";
import { Seat } from "./seat.ts";
import { StreamReader } from "./stream-reader.ts";
import { type Happened, runTrack } from "./track.ts";

const CLIENTS = 24;
/** How often a client reports on what others report on too, through whichever server. */
const SHARING = 0.6;
/** With fewer requests acknowledged, a round shows too little to count. */
const ENOUGH = 200;
/** On a machine that is busy with other things, a round may last so many times as long. */
const LONGER = 5;

export interface RoundOptions {
  readonly database: Database;
  readonly servers: number;
  readonly seconds: number;
  readonly seed: number;
  /** Empty; for the configurations of the servers. */
  readonly directory: string;
}

export interface Round {
  readonly seed: number;
  /** Under disturbances, in seconds. */
  readonly lasted: number;
  readonly acknowledged: number;
  readonly resent: number;
  readonly happened: readonly Happened[];
  /** Into how many of these a request fell. */
  readonly underLoad: number;
  readonly checks: Checks;
  readonly load: Load;
  readonly recorded: readonly Recorded[];
}

/** Servers on an empty database under load, while one disturbance follows the other; then everything is examined. */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { database, servers, seconds, seed, directory } = options;
  await using cleanup = new AsyncDisposableStack();
  const name = await database.fresh();
  const seats: Seat[] = [];
  for (let number = 0; number < servers; number++) {
    const seat = await Seat.prepare({
      number,
      database,
      name,
      directory: join(directory, String(number)),
    });
    seats.push(cleanup.use(seat));
  }
  // All at once: the first to come sets up the database, beside the others.
  await Promise.all(seats.map((seat) => seat.start()));

  const random = (whose: string | number) => new Random(`${seed}/${whose}`);
  const doors = new Doors(seats);
  const surroundings = new Surroundings(SHARING);
  const clients = Array.from({ length: CLIENTS }, (_, number) => new Client(`c${number}`, surroundings));
  const readiness = seats.map((seat) => new Readiness(seat));
  const readers = [
    new PageReader("a reader of pages", seats, random("pages")),
    new PageReader("another reader of pages", seats, random("other pages")),
    new StreamReader("a reader of the stream", seats, random("stream")),
    new StreamReader("another reader of the stream", seats, random("other stream")),
  ];
  const [enough, end] = [new AbortController(), new AbortController()];
  const working = clients.map((client, number) =>
    client.work(doors.doorOf(random(`door ${number}`)), random(number), enough.signal),
  );
  const watching = [...readiness, ...readers].map((it) => it.follow(end.signal));

  const scene = { database, seats, doors, readiness };
  const began = performance.now();
  const isOver = () => {
    const part = (performance.now() - began) / (1_000 * seconds);
    return part > LONGER || (part > 1 && doors.acknowledged >= ENOUGH);
  };
  const tracks = await Promise.all([
    runTrack(scene, disturbancesOf(database), random("database"), isOver),
    runTrack(scene, OF_SERVERS, random("servers"), isOver),
  ]);
  const lasted = (performance.now() - began) / 1_000;
  enough.abort();
  await Promise.all(working);

  const happened = tracks.flat().sort((one, other) => one.from - other.from);
  const underLoad = happened.filter(({ from, back }) => doors.wereBusy(from, back));
  const tooLittle = tooLittleLoad(doors, underLoad);
  const requests = clients.flatMap(({ history }) => history);
  // One that is not there any more is a fault of its own.
  const load = { seats: seats.filter(({ url }) => url !== undefined), doors, requests, readers };
  const { checks, recorded } = await examine(load, random("examination"));
  end.abort();
  await Promise.all(watching);
  const acknowledged = requests.reduce(
    (sum, { commands, answers }) => sum + (answers ? commands.length : 0),
    0,
  );
  return {
    seed,
    lasted,
    acknowledged,
    resent: requests.filter((request) => doors.triesOf(request).length > 1).length,
    happened,
    underLoad: underLoad.length,
    checks: {
      ...checks,
      ...ofDisturbances(happened),
      "no server ends by itself, and none makes a mistake": seats.flatMap(({ faults }) => faults),
      "there is enough load to count": tooLittle,
    },
    load,
    recorded,
  };
}

function tooLittleLoad(doors: Doors, underLoad: readonly Happened[]): string[] {
  return [
    ...(underLoad.length === 0 ? ["nothing happened while a request was under way"] : []),
    ...(doors.acknowledged < ENOUGH
      ? [`too little to count: ${doors.acknowledged} requests acknowledged, ${ENOUGH} needed`]
      : []),
  ];
}

function ofDisturbances(happened: readonly Happened[]): Checks {
  return {
    "a server is not ready while it cannot reach its database": happened.flatMap(({ faults }) => faults),
    "a server is ready again afterwards": happened.flatMap(({ name, unready }) =>
      unready.map((number) => `${name}: server ${number} was never ready again`),
    ),
    "service resumes by itself": happened.flatMap(({ name, resumed }) =>
      resumed.flatMap((time, number) =>
        time === undefined ? [`${name}: server ${number} never acknowledged anything again`] : [],
      ),
    ),
  };
}
