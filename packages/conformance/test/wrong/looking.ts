import type { Mistakes } from "./mistake.ts";

export const LOOKING: Mistakes = {
  "looks for the name alone": {
    make: (right, world) => ({
      ...right,
      look: async ({ externalId }) => ({ answer: world.things.has(externalId) ? "present" : "gone" }),
    }),
    fails: [
      "look: says gone of what another one has the name of",
      "blindness: says gone of nothing",
      "ending: answers cannot-tell where its time is over before it begins, and touches nothing",
    ],
  },
  "takes an error for gone": {
    make: (right) => ({
      ...right,
      look: (target, signal) => right.look(target, signal).catch(() => ({ answer: "gone" })),
    }),
    fails: ["blindness: says gone of nothing"],
  },
  "sees everywhere": {
    make: (right) => ({ ...right, sees: async () => ({ answer: "yes" }) }),
    fails: ["seam: does not see in a scope that it does not know", "blindness: does not say that it sees"],
  },
  "gives no reasons": {
    make: (right) => ({ ...right, sees: async () => ({ answer: "no", reason: "" }) }),
    fails: ["seam: sees where its things are"],
  },
  "says present of all": {
    make: (right) => ({ ...right, look: async () => ({ answer: "present" }) }),
    fails: ["look: says gone of what was taken away", "look: tells one from another"],
  },
  "takes away what it looks at": {
    make: (right, world) => ({
      ...right,
      async look(target, signal) {
        const answer = await right.look(target, signal);
        world.things.delete(target.externalId);
        return answer;
      },
    }),
    fails: ["look: says present of what is there, and changes nothing by it"],
  },
};
