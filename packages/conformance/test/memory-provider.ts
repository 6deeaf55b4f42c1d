import { setImmediate as turn } from "node:timers/promises";
import type { Provider, Subject, Target } from "@drett/core";
import type { OpenedProvider } from "../src/index.ts";

interface Thing {
  readonly id: string;
  readonly isProtected?: boolean;
  /** How often it must be asked to go. */
  withstands: number;
}

/** What there is, by external id. A name may be used again: what carries another drett id is another thing. */
export class World {
  readonly things = new Map<string, Thing>();
  isVisible = true;
  answers = true;
  #made = 0;

  make(id: string, thing: Partial<Thing> = {}): string {
    const externalId = `thing-${++this.#made}`;
    this.things.set(externalId, { id, withstands: 0, ...thing });
    return externalId;
  }

  its({ id, externalId }: Target): Thing | undefined {
    const thing = this.things.get(externalId);
    return thing?.id === id ? thing : undefined;
  }

  /** What every question goes through: rejects where it cannot be answered. */
  async asked(signal: AbortSignal): Promise<void> {
    if (!this.answers) await silence(signal);
    await turn();
    signal.throwIfAborted();
    if (!this.isVisible) throw new Error("the world is dark");
  }
}

const SCOPE = "memory";

const silence = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });

/** Does all that the port asks for. */
function memoryProvider(world: World): Required<Provider> {
  return {
    name: "memory",
    findable: "searched",
    identity: "guarded",

    async sees(scope: string | undefined, signal: AbortSignal) {
      await world.asked(signal);
      return scope === SCOPE ? { answer: "yes" } : { answer: "no", reason: "there is one scope" };
    },

    async free(target: Target, signal: AbortSignal) {
      await world.asked(signal);
      const thing = world.its(target);
      if (thing?.isProtected) return { answer: "denied", reason: "it is protected" };
      if (thing && thing.withstands-- > 0) return { answer: "later", reason: "it is in use" };
      if (thing) world.things.delete(target.externalId);
      return { answer: "accepted" };
    },

    async look(target: Target, signal: AbortSignal) {
      await world.asked(signal);
      return { answer: world.its(target) ? "present" : "gone" };
    },

    async find({ id }: Subject, signal: AbortSignal) {
      await world.asked(signal);
      const found = [...world.things].filter(([, thing]) => thing.id === id);
      return { answer: "found", externalIds: found.map(([externalId]) => externalId) };
    },

    async list(_scope: string | undefined, signal: AbortSignal) {
      await world.asked(signal);
      const things = [...world.things].map(([externalId, { id }]) => ({ id, externalId }));
      return { answer: "listed", things, isComplete: true };
    },

    async close() {},
  };
}

/** A subject of the suite, of the right provider or of one that was made wrong. */
export function inMemory(
  make: (right: Required<Provider>, world: World) => Provider = (right) => right,
): OpenedProvider {
  const world = new World();
  return {
    provider: make(memoryProvider(world), world),
    about: { scope: SCOPE },
    create: async (id) => world.make(id),
    exists: async (externalId) => world.things.has(externalId),
    createStubborn: async (id) => world.make(id, { withstands: 2 }),
    createDenied: async (id) => world.make(id, { isProtected: true }),
    async remove(externalId) {
      world.things.delete(externalId);
    },
    async createReplaced() {
      const externalId = world.make("other");
      return { former: externalId, successor: externalId };
    },
    blind() {
      world.isVisible = false;
    },
    stall() {
      world.answers = false;
    },
  };
}
