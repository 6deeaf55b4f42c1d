const LONGEST_MS = 60_000;

/** Waits with a list until nothing more comes to it, so that what comes to be due together is asked about together. */
export class Gathering {
  /** By policy. */
  readonly #lists = new Map<string, { readonly ids: string; readonly since: number }>();

  /** Whether the list is as it was when this was asked last, or has changed for long enough. */
  isComplete(policy: string, resources: readonly string[], now: number): boolean {
    const ids = resources.toSorted().join(" ");
    const before = this.#lists.get(policy);
    if (before && (before.ids === ids || now - before.since >= LONGEST_MS)) {
      this.#lists.delete(policy);
      return true;
    }
    this.#lists.set(policy, { ids, since: before?.since ?? now });
    return false;
  }
}
