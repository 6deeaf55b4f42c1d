import type { Mistakes } from "./mistake.ts";

const accepted = { answer: "accepted" } as const;

export const FREEING: Mistakes = {
  "says accepted, and deletes nothing": {
    make: (right) => ({ ...right, free: async () => accepted }),
    fails: ["free: takes away what it is asked for", "look: says gone, in the end, of what it freed"],
  },
  "deletes by drett id": {
    make: (right, world) => ({
      ...right,
      async free({ id }) {
        for (const [externalId, thing] of world.things) if (thing.id === id) world.things.delete(externalId);
        return accepted;
      },
    }),
    fails: [
      "free: takes one of two that carry the same id",
      "free: says that it may not delete, and leaves it",
    ],
  },
  "deletes all": {
    make: (right, world) => ({
      ...right,
      async free() {
        world.things.clear();
        return accepted;
      },
    }),
    fails: ["free: leaves all else alone", "free: does no harm where it is gone"],
  },
  "deletes whatever has the name now": {
    make: (right, world) => ({
      ...right,
      async free({ externalId }) {
        world.things.delete(externalId);
        return accepted;
      },
    }),
    fails: ["free: does not touch another one of its name"],
  },
  "fails where it is gone": {
    make: (right, world) => ({
      ...right,
      async free(target, signal) {
        if (!world.its(target)) throw new Error("404");
        return right.free(target, signal);
      },
    }),
    fails: ["free: does no harm where it is gone", "free: does no harm twice at once"],
  },
  "takes a refusal for something that passes": {
    make: (right) => ({
      ...right,
      async free(target, signal) {
        const answer = await right.free(target, signal);
        return answer.answer === "denied" ? { answer: "later", reason: answer.reason } : answer;
      },
    }),
    fails: ["free: says that it may not delete, and leaves it"],
  },
  "deletes when it closes": {
    make: (right, world) => ({ ...right, close: async () => world.things.clear() }),
    fails: ["close: leaves what there is where it is"],
  },
  "takes what passes for a refusal": {
    make: (right) => ({
      ...right,
      async free(target, signal) {
        const answer = await right.free(target, signal);
        return answer.answer === "later" ? { answer: "denied", reason: answer.reason } : answer;
      },
    }),
    fails: ["free: takes away what withstands, if need be when it is asked again"],
  },
};
