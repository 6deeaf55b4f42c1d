/** Runs the job for 0 to count - 1, so many at a time; no job may reject. */
export async function runAll(
  count: number,
  concurrency: number,
  job: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, work));
}
