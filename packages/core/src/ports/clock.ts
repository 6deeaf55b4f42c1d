/** Milliseconds since 1970, UTC. Tests set it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
