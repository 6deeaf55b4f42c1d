import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "../many/database.ts";
import type { Crew } from "./crew.ts";
import type { Host } from "./host.ts";
import type { Step } from "./plan.ts";

/** What can be hit. */
export interface Scene {
  readonly database: Database;
  readonly hosts: readonly Host[];
  readonly crew: Crew;
}

/** Does it, and puts it right again. */
type Inflict = (scene: Scene, step: Step) => Promise<void>;

/** What may happen to servers, and on the way to them, whatever the store. */
const OF_SERVERS: { readonly [name: string]: Inflict } = {
  "a server is killed": async (scene, step) => killOne(hostOf(scene, step), step),
  "all servers are killed": async ({ hosts }, step) => {
    await Promise.all(hosts.map((host) => killOne(host, step)));
  },
  async "a server is told to end"(scene, step) {
    const { seat } = hostOf(scene, step);
    await seat.stop();
    await seat.start();
  },
  async "a server is stopped"(scene, step) {
    const { seat } = hostOf(scene, step);
    seat.signal("SIGSTOP");
    await pause(step.lastsMs);
    seat.signal("SIGCONT");
  },
  async "a clock is set"(scene, step) {
    const host = hostOf(scene, step);
    host.shiftClock(shiftOf(step));
    await pause(step.lastsMs);
    host.shiftClock(0);
  },
  async "the ways to a server are cut"(scene, step) {
    const { way } = hostOf(scene, step);
    for (let times = 0; times < 5; times++) {
      way.cut();
      await pause(100);
    }
  },
  async "the way to a server is stalled"(scene, step) {
    const { way } = hostOf(scene, step);
    way.stall();
    await pause(step.lastsMs);
    way.resume();
  },
  "replies of a server are lost": (scene, step) => lose(hostOf(scene, step).way, "reply", ""),
  "requests to a server are lost": (scene, step) => lose(hostOf(scene, step).way, "request", ""),
};

/** What may happen to a database of its own, and on the way to it. */
const OF_DATABASES: { readonly [name: string]: Inflict } = {
  async "the database is killed"({ database }) {
    await database.halt();
    await database.resume();
  },
  async "the way to the database is stalled"({ hosts }, step) {
    for (const { seat } of hosts) seat.proxy.stall();
    await pause(step.lastsMs);
    for (const { seat } of hosts) seat.proxy.resume();
  },
  async "the way of a server to the database is stalled"(scene, step) {
    const { proxy } = hostOf(scene, step).seat;
    proxy.stall();
    await pause(step.lastsMs);
    proxy.resume();
  },
  async "connections to the database are cut"({ hosts }) {
    for (let times = 0; times < 5; times++) {
      for (const { seat } of hosts) seat.proxy.cut();
      await pause(100);
    }
  },
  "commits are lost": (scene, step) =>
    lose(hostOf(scene, step).seat.proxy, "request", scene.database.inCommits),
  "replies to commits are lost": (scene, step) =>
    lose(hostOf(scene, step).seat.proxy, "reply", scene.database.inCommits),
};

const OF_ENGINES: { readonly [name: string]: Inflict } = {
  async "an engine is killed"({ crew }, { choice }) {
    crew.kill(choice);
  },
  async "an engine is stopped"({ crew }, { choice, lastsMs }) {
    const goOn = crew.stop(choice);
    await pause(lastsMs);
    goOn();
  },
};

/** Those that make sense with such a store. */
export const namesOf = (store: string): readonly string[] => [
  ...Object.keys(OF_SERVERS),
  ...(store === "sqlite" ? [] : Object.keys(OF_DATABASES)),
];

/** One of them, as it went, in milliseconds since 1970. */
export interface Happened {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** One step after the other, until it is over. What lasts does not keep the next one waiting where `together` is said. */
export async function inflict(
  scene: Scene,
  steps: readonly Step[],
  isOver: () => boolean,
  { together = false } = {},
): Promise<readonly Happened[]> {
  const happened: Promise<Happened>[] = [];
  for (const step of steps) {
    await pause(step.pauseMs);
    if (isOver()) break;
    const one = inflictOne(scene, step);
    happened.push(one);
    if (!together) await one;
  }
  return Promise.all(happened);
}

async function inflictOne(scene: Scene, step: Step): Promise<Happened> {
  const { name } = step;
  const from = Date.now();
  const inflict = { ...OF_SERVERS, ...OF_DATABASES, ...OF_ENGINES }[name];
  if (inflict === undefined) throw new Error(`nobody knows how this happens: ${name}`);
  await inflict(scene, step);
  return { name, from, to: Date.now() };
}

const hostOf = ({ hosts }: Scene, { choice }: Step): Host => hosts[Math.floor(choice * hosts.length)] as Host;

async function killOne({ seat }: Host, { lastsMs }: Step): Promise<void> {
  await seat.kill();
  await pause(lastsMs / 10);
  await seat.start();
}

/**
 * What a server that is ahead writes down is due so much later: everything has to settle within the time of a run.
 * One that is behind is it by seconds as often as by minutes or an hour.
 */
const FURTHEST_SECONDS = { ahead: 20, behind: 3_600 };

function shiftOf({ amount }: Step): number {
  const { ahead, behind } = FURTHEST_SECONDS;
  const seconds = (amount < 0 ? behind : ahead) ** Math.abs(amount);
  return Math.round(1_000 * (amount < 0 ? -seconds : seconds));
}

async function lose(way: Host["way"], of: "request" | "reply", containing: string): Promise<void> {
  for (let times = 0; times < 5; times++) {
    await Promise.race([way.lose(of, containing), pause(500)]);
    await pause(100);
  }
}
