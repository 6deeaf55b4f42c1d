import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../crash/random.ts";
import type { Database } from "./database.ts";
import type { Disturb, Disturbance, Scene } from "./scene.ts";
import type { Seat } from "./seat.ts";
import { until } from "./until.ts";

/** What happens to the database and on the way to it. */
export function disturbancesOf(database: Database): readonly Disturbance[] {
  const { inCommits, endConnections } = database;
  return [
    { name: "the database restarts", disturb: restart },
    { name: "the database is away", disturb: beAway },
    ...(endConnections ? [{ name: "the database ends connections", disturb: endAll }] : []),
    { name: "connections are cut", disturb: cut },
    { name: "the way to the database is stalled", disturb: stall },
    { name: "the way to the database stays stalled", disturb: stayStalled },
    { name: "the way to the database is slow", disturb: delay },
    { name: "commits are lost", disturb: losing("request", inCommits) },
    { name: "replies to commits are lost", disturb: losing("reply", inCommits) },
    { name: "replies are lost", disturb: losing("reply", "") },
    { name: "requests are lost", disturb: losing("request", "") },
  ];
}

/** What happens to the servers. */
export const OF_SERVERS: readonly Disturbance[] = [
  { name: "a server is killed", disturb: kill },
  { name: "a server is stopped", disturb: stop },
  { name: "a server is killed", disturb: kill },
  { name: "all servers are killed", disturb: killAll },
];

async function kill({ seats }: Scene, random: Random) {
  await killOne(random.pick(seats) as Seat, random);
  return [];
}

async function killAll({ seats }: Scene, random: Random) {
  await Promise.all(seats.map((seat) => killOne(seat, random)));
  return [];
}

async function killOne(seat: Seat, random: Random): Promise<void> {
  await seat.kill();
  await pause(random.between(0, 500));
  await seat.start();
}

async function stop({ seats }: Scene, random: Random) {
  const seat = random.pick(seats) as Seat;
  await seat.stop();
  await pause(random.between(0, 500));
  await seat.start();
  return [];
}

async function restart({ database }: Scene, random: Random) {
  await database.halt();
  await pause(random.between(0, 300));
  await database.resume();
  return [];
}

/** Until every server has noticed. */
async function beAway(scene: Scene) {
  const lives = livesOf(scene.seats);
  await scene.database.halt();
  const faults = await noticed(scene, lives);
  await scene.database.resume();
  return faults;
}

async function stayStalled(scene: Scene, random: Random) {
  const lives = livesOf(random.chance(0.5) ? scene.seats : [random.pick(scene.seats) as Seat]);
  for (const seat of lives.keys()) seat.proxy.stall();
  const faults = await noticed(scene, lives);
  for (const seat of lives.keys()) seat.proxy.resume();
  return faults;
}

const livesOf = (seats: readonly Seat[]) => new Map(seats.map((seat) => [seat, seat.life]));

/** Waits until each of these processes has said that it is not ready, or has gone. */
async function noticed({ readiness }: Scene, lives: ReadonlyMap<Seat, number>): Promise<string[]> {
  const began = performance.now();
  const watched = [...lives].map(async ([seat, life]) => {
    const isGone = () => seat.url === undefined || seat.life !== life;
    const hasNoticed = await until(
      () => isGone() || readiness[seat.number]?.saidAfter(began, false) === true,
    );
    return hasNoticed ? [] : [`server ${seat.number} stayed ready, though its database could not be reached`];
  });
  return (await Promise.all(watched)).flat();
}

/** Twice a second. */
async function endAll({ database }: Scene, random: Random) {
  for (let times = random.between(3, 6); times > 0; times--) {
    await database.endConnections?.();
    await pause(500);
  }
  return [];
}

async function cut({ seats }: Scene, random: Random) {
  for (let times = random.between(5, 10); times > 0; times--) {
    random.pick(seats)?.proxy.cut();
    await pause(random.between(20, 300));
  }
  return [];
}

async function stall({ seats }: Scene, random: Random) {
  for (let times = random.between(2, 4); times > 0; times--) {
    const seat = random.pick(seats) as Seat;
    seat.proxy.stall();
    await pause(random.between(50, 800));
    seat.proxy.resume();
    await pause(random.between(50, 300));
  }
  return [];
}

async function delay({ seats }: Scene, random: Random) {
  for (const seat of seats) seat.proxy.delay(random.between(0, 60));
  await pause(random.between(500, 2_000));
  for (const seat of seats) seat.proxy.delay(0);
  return [];
}

function losing(of: "request" | "reply", containing: string): Disturb {
  return async ({ seats }, random) => {
    for (let times = random.between(5, 10); times > 0; times--) {
      const lost = random.pick(seats)?.proxy.lose(of, containing);
      await Promise.race([lost, pause(500)]);
      await pause(random.between(0, 200));
    }
    return [];
  };
}
