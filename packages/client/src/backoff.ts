const FIRST = 100;
const LONGEST = 10_000;

/** How long to wait before the next try: doubling, half of it by chance so that many do not return together. */
export function backoff(attempt: number, random: number): number {
  const wait = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 20));
  return wait / 2 + (wait / 2) * random;
}

/** Retry-After in milliseconds: it says seconds, or a date. */
export function parseRetryAfter(header: string | null, now: number): number {
  if (header === null) return 0;
  const wait = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return wait > 0 ? wait : 0;
}
