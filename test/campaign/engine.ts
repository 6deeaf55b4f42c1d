/**
 * An engine in a process of its own: creates things in the fake cloud and gives them back, by the client library, until
 * it is told over IPC to finish what it has begun. It writes down what it knows.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Drett, type TrackOptions } from "@drett/client";
import { Random } from "../crash/random.ts";
import { CloudClient } from "./cloud-client.ts";
import { KINDS, type Kind, SESSION_TTL } from "./kinds.ts";
import { noteIn } from "./note.ts";
import { watchedFetch } from "./watched-fetch.ts";

export interface EngineOrder {
  readonly name: string;
  readonly seed: string;
  /** Of drett's servers. */
  readonly urls: readonly string[];
  readonly cloud: string;
  /** The file for what it knows. */
  readonly notes: string;
}

const WORKERS = 12;
/** So many things it keeps to its end. */
const KEPT = 4;
/** A thing may not be found in its first 700 ms: an engine that deletes it then takes it for gone. */
const LIFE_MS = { least: 1_000, more: 1_500 };
const RELEASE_TRIES = 3;

const order = JSON.parse(process.argv[2] as string) as EngineOrder;
const note = noteIn(order.notes);
const cloud = new CloudClient(order.cloud, order.name);
const finishing = new AbortController();
let kept = 0;

const drett = new Drett({
  url: "http://drett",
  application: "campaign",
  module: "engine",
  owner: "lpds",
  session: SESSION_TTL,
  deadline: "10s",
  fetch: watchedFetch(order.urls, new Random(`${order.seed}/servers`), note),
  onSession: (news) => note(news.kind === "lost" ? { what: "lost", id: news.resource } : { what: news.kind }),
});

process.on("disconnect", () => process.exit());
process.on("message", () => finishing.abort());
const workers = Array.from({ length: WORKERS }, (_, number) => work(new Random(`${order.seed}/${number}`)));
await Promise.all(workers);
// Until it is killed it beats, though it has nothing left to do: the channel to its parent keeps it.
process.send?.("finished");

async function work(random: Random): Promise<void> {
  while (!finishing.signal.aborted) {
    // Whatever came of it, drett has the intent.
    await useOne(random.pick(KINDS) as Kind, random).catch(() => {});
    await rest(random.between(0, 200));
  }
}

async function useOne(kind: Kind, random: Random): Promise<void> {
  const thing = await drett.track(trackingOf(kind, random));
  if (kept < KEPT && random.chance(0.1)) return void kept++;
  await pause(LIFE_MS.least);
  await rest(random.between(0, LIFE_MS.more));
  for (let attempt = 0; attempt < RELEASE_TRIES; attempt++) {
    note({ what: "releasing", id: thing.id });
    const isGone = await thing.release(undefined, { timeout: "5s" }).then(
      () => true,
      () => false,
    );
    if (isGone) return note({ what: "released", id: thing.id });
    await rest(200);
  }
  note({ what: "left", id: thing.id });
}

function trackingOf(kind: Kind, random: Random): TrackOptions {
  return {
    type: kind.type,
    timeout: "5s",
    async acquire({ id }) {
      note({ what: "creating", id });
      const externalId = await cloud.create(id, kind, random);
      note({ what: "created", id, externalId });
      return externalId;
    },
    release: ({ id, externalId }) => cloud.delete(id, externalId),
  };
}

/** Ends early once it is to finish. */
async function rest(ms: number): Promise<void> {
  await pause(ms, undefined, { signal: finishing.signal }).catch(() => {});
}
