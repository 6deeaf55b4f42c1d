import { join } from "node:path";
import { startFakeCloud } from "@drett/fake-cloud";
import type { Checks } from "../crash/check.ts";
import { Random } from "../crash/random.ts";
import type { Database } from "../many/database.ts";
import { CLOUD_FAULTS } from "./cloud-faults.ts";
import { readResources, untilSo } from "./collect.ts";
import { Crew } from "./crew.ts";
import { type Evidence, eventsIn, idOf } from "./evidence.ts";
import { type Happened, inflict, namesOf, type Scene } from "./faults.ts";
import { Follower } from "./follower.ts";
import { type Host, prepareHost } from "./host.ts";
import { INVARIANTS } from "./invariants/all.ts";
import { leftToFree } from "./invariants/freed-at-last.ts";
import { tooLittle } from "./load.ts";
import { holdSome, thawClocks } from "./person.ts";
import { planOf } from "./plan.ts";

const ENGINES = 6;
const DELETE_MS = 300;
/** On a machine that is busy with other things, the faults go on for so many times as long, until there is enough load. */
const LONGER = 4;
/** How long everything may take to settle once the faults are over. */
const SETTLE_MS = 120_000;

export interface RoundOptions {
  readonly store: string;
  readonly database: Database;
  readonly servers: number;
  /** Of faults. */
  readonly seconds: number;
  readonly seed: number;
  /** Empty. */
  readonly directory: string;
}

export interface Round {
  readonly store: string;
  readonly servers: number;
  readonly seed: number;
  /** Under faults, in seconds. */
  readonly lasted: number;
  readonly happened: readonly Happened[];
  readonly evidence: Evidence;
  /** What is wrong, by what must hold. */
  readonly checks: Checks;
}

/** Engines, servers and a cloud on an empty store, while everything goes wrong; then all settles, and is examined. */
export async function runRound(options: RoundOptions): Promise<Round> {
  const { store, database, servers, seconds, seed, directory } = options;
  await using cleanup = new AsyncDisposableStack();
  const cloud = cleanup.use(
    await startFakeCloud({ ids: "reused", deleteMs: DELETE_MS, seed, faults: CLOUD_FAULTS }),
  );
  const name = await database.fresh();
  const hosts: Host[] = [];
  for (let number = 0; number < servers; number++) {
    hosts.push(cleanup.use(await prepareHost({ number, database, name, directory, cloud: cloud.url })));
  }
  await Promise.all(hosts.map(({ seat }) => seat.start()));
  const urls = hosts.map(({ url }) => url);
  const ways = hosts.map(({ way }) => `http://127.0.0.1:${way.port}`);
  const crew = cleanup.use(
    new Crew({ seed, count: ENGINES, urls: ways, cloud: cloud.url, directory: join(directory, "engines") }),
  );
  const follower = new Follower(urls);
  const quiet = new AbortController();
  const settled = new AbortController();
  const thawing = thawClocks(urls, new Random(`${seed}/clocks`), settled.signal);
  const holding = holdSome(ways, follower.fed, new Random(`${seed}/person`), quiet.signal);

  const scene: Scene = { database, hosts, crew };
  const plan = planOf(seed, seconds * LONGER, namesOf(store));
  const [began, monotonic] = [Date.now(), performance.now()];
  const known = (): Known => ({ journal: cloud.cloud.journal.after(0), engines: crew.lives });
  const isOver = () => {
    const part = (performance.now() - monotonic) / (1_000 * seconds);
    return part > LONGER || (part > 1 && tooLittle({ ...known(), began, endedAt: Date.now() }).length === 0);
  };
  const tracks = await Promise.all([
    inflict(scene, plan.hard, isOver),
    inflict(scene, plan.engines, isOver, { together: true }),
  ]);
  const [lasted, faultsEnded] = [(performance.now() - monotonic) / 1_000, Date.now()];
  const load = tooLittle({ ...known(), began, endedAt: faultsEnded });

  cloud.faults.clear();
  quiet.abort();
  await crew.finish();
  const url = urls[0] as string;
  await untilSo(async () => {
    const remaining = cloud.cloud.instances;
    const resources = await readResources(url, remaining.map(idOf));
    return leftToFree({ remaining, resources, engines: crew.lives }).length === 0;
  }, SETTLE_MS);
  settled.abort();
  await thawing;
  await follower.end();

  const engines = crew.lives;
  const remaining = cloud.cloud.instances;
  const journal = cloud.cloud.journal.after(0);
  const intended = engines.flatMap(({ notes }) =>
    notes.flatMap((note) => (note.what === "intended" ? [note.id] : [])),
  );
  const holds = await holding;
  const before = { endedAt: Date.now(), journal, remaining, engines, holds, fed: follower.fed };
  const ids = [...intended, ...holds.map(({ id }) => id), ...eventsIn(before, "created").map(idOf)];
  const evidence: Evidence = { ...before, resources: await readResources(url, ids) };
  return {
    store,
    servers,
    seed,
    lasted,
    happened: tracks.flat().sort((one, other) => one.from - other.from),
    evidence,
    checks: {
      ...Object.fromEntries(INVARIANTS.map(({ holds, faultsIn }) => [holds, faultsIn(evidence)])),
      "no server and no engine ends by itself, or makes a mistake": [
        ...hosts.flatMap(({ seat }) => seat.faults),
        ...crew.faults,
      ],
      "there is enough load during the faults to count": load,
    },
  };
}

type Known = Pick<Evidence, "journal" | "engines">;
