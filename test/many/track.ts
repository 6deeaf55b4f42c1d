import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../crash/random.ts";
import type { Disturbance, Scene } from "./scene.ts";
import { NEVER_MS, until } from "./until.ts";

/** One disturbance, as it went. */
export interface Happened {
  readonly name: string;
  readonly from: number;
  /** When everything could be reached again. */
  readonly back: number;
  /** When each server first acknowledged something after that; nothing where it never did. */
  readonly resumed: readonly (number | undefined)[];
  /** What was not as it must be meanwhile. */
  readonly faults: readonly string[];
  /** Servers that never said that they are ready again. */
  readonly unready: readonly number[];
}

/** One disturbance after the other, each once before any comes again, until it is over. */
export async function runTrack(
  scene: Scene,
  deck: readonly Disturbance[],
  random: Random,
  isOver: () => boolean,
): Promise<Happened[]> {
  const happened: Happened[] = [];
  for (;;) {
    for (const { name, disturb } of random.shuffle(deck)) {
      await pause(random.between(100, 500));
      if (isOver()) return happened;
      const from = performance.now();
      const faults = await disturb(scene, random);
      happened.push({ name, from, faults, ...(await comesBack(scene)) });
    }
  }
}

/** Waits until every server acknowledges and is ready again. */
async function comesBack({ seats, doors, readiness }: Scene) {
  const back = performance.now();
  await until(() => seats.every((seat) => doors.firstAfter(seat, back) !== undefined), NEVER_MS);
  const isReady = (number: number) => readiness[number]?.saidAfter(back, true);
  await until(() => seats.every(({ number }) => isReady(number)));
  return {
    back,
    resumed: seats.map((seat) => doors.firstAfter(seat, back)),
    unready: seats.filter(({ number }) => !isReady(number)).map(({ number }) => number),
  };
}
