/** Works on all items, so many at once, begun in their order. Begins none after an error, and rejects with it. */
export async function inParallel<Item>(
  items: AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const iterator = items[Symbol.asyncIterator]();
  const worker = async () => {
    try {
      while (failures.length === 0) {
        const { done, value } = await iterator.next();
        if (done) return;
        await work(value);
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length === 0) return;
  await iterator.return?.();
  throw failures[0];
}
