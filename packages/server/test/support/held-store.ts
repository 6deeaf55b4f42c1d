import { type Change, MemoryStore } from "@drett/core";

/** Holds its commits until it is told. */
export class HeldStore extends MemoryStore {
  readonly reached = Promise.withResolvers<void>();
  readonly held = Promise.withResolvers<void>();
  override async commit(changes: readonly Change[]) {
    this.reached.resolve();
    await this.held.promise;
    return super.commit(changes);
  }
}
