/**
 * Makes ids of `d` and a UUIDv7: ordered by time, which keeps the server's index fast, and within one
 * process always ascending, also where the clock stands still or goes back.
 */
export function mintIds(now: () => number, randomBytes: (count: number) => Uint8Array): () => string {
  let time = 0;
  let count = 0;
  return () => {
    const current = now();
    // Twelve bits of count follow the time; starting low leaves room for the ids of the same millisecond.
    if (current > time) [time, count] = [current, (randomBytes(1)[0] as number) << 2];
    else if (++count > 0xfff) [time, count] = [time + 1, 0];
    const random = randomBytes(8);
    random[0] = ((random[0] as number) & 0x3f) | 0x80;
    const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const head = time.toString(16).padStart(12, "0");
    const version = `7${count.toString(16).padStart(3, "0")}`;
    return `d${head.slice(0, 8)}-${head.slice(8)}-${version}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}
