import type { Mistakes } from "./mistake.ts";

export const FINDING: Mistakes = {
  "takes an error for nothing found": {
    make: (right) => ({
      ...right,
      find: (subject, signal) =>
        right.find(subject, signal).catch(() => ({ answer: "found", externalIds: [] })),
    }),
    fails: ["blindness: does not say that there is nothing"],
  },
  "finds the first alone": {
    make: (right) => ({
      ...right,
      async find(subject, signal) {
        const finds = await right.find(subject, signal);
        return finds.answer === "found" ? { ...finds, externalIds: finds.externalIds.slice(0, 1) } : finds;
      },
    }),
    fails: ["find: finds both that carry the id"],
  },
  "finds what begins with the id": {
    make: (right, world) => ({
      ...right,
      async find({ id }, signal) {
        await world.asked(signal);
        const found = [...world.things].filter(([, thing]) => thing.id.startsWith(id));
        return { answer: "found", externalIds: found.map(([externalId]) => externalId) };
      },
    }),
    fails: ["find: takes an id for the whole of it"],
  },
  "promises to find, and cannot": {
    make: ({ find: _, ...right }) => right,
    fails: ["seam: says how what came of an intent is found, and has `find` exactly where it can"],
  },
  "finds all": {
    make: (right, world) => ({
      ...right,
      find: async () => ({ answer: "found", externalIds: [...world.things.keys()] }),
    }),
    fails: ["find: finds nothing where nothing was made"],
  },
  "finds what is gone": {
    make(right, world) {
      const seen = new Map<string, string>();
      return {
        ...right,
        async find({ id }, signal) {
          await world.asked(signal);
          for (const [externalId, thing] of world.things) seen.set(externalId, thing.id);
          const found = [...seen].filter(([, its]) => its === id);
          return { answer: "found", externalIds: found.map(([externalId]) => externalId) };
        },
      };
    },
    fails: ["find: finds nothing once it was taken away", "find: finds both that carry the id"],
  },
  "finds by a name that is not the external id": {
    make: (right) => ({
      ...right,
      async find(subject, signal) {
        const finds = await right.find(subject, signal);
        return finds.answer === "found"
          ? { ...finds, externalIds: finds.externalIds.map((it) => it.toUpperCase()) }
          : finds;
      },
    }),
    fails: ["find: finds what carries the id, by the external id that it has"],
  },
};
