/** Lets `await using` end a thing; where the runtime has no such symbol, its methods work all the same. */
export function makeDisposable<T extends object>(
  type: { prototype: T },
  dispose: (it: T) => Promise<void>,
): void {
  if (!Symbol.asyncDispose) return;
  Object.defineProperty(type.prototype, Symbol.asyncDispose, {
    value(this: T) {
      return dispose(this);
    },
  });
}
