import type { Listed } from "@drett/core";
import type { Mistakes } from "./mistake.ts";

export const LISTING: Mistakes = {
  "takes an error for the end of the list": {
    make: (right) => ({
      ...right,
      list: (scope, signal) =>
        right.list(scope, signal).catch(() => ({
          answer: "listed",
          things: [],
          isComplete: true,
        })),
    }),
    fails: ["blindness: does not call a listing complete"],
  },
  "lists a page, and calls it all": {
    make: (right) => ({
      ...right,
      async list(scope, signal) {
        const listing = await right.list(scope, signal);
        return listing.answer === "listed" ? { ...listing, things: listing.things.slice(0, 10) } : listing;
      },
    }),
    fails: ["list: lists all, each once, with its id"],
  },
  "lists one of each id": {
    make: (right) => ({
      ...right,
      async list(scope, signal) {
        const listing = await right.list(scope, signal);
        if (listing.answer !== "listed") return listing;
        return { ...listing, things: [...new Map(listing.things.map((it) => [it.id, it])).values()] };
      },
    }),
    fails: ["list: lists both that carry one id"],
  },
  "lists what is gone": {
    make(right) {
      const seen = new Map<string, Listed>();
      return {
        ...right,
        async list(scope, signal) {
          const listing = await right.list(scope, signal);
          if (listing.answer !== "listed") return listing;
          for (const thing of listing.things) seen.set(thing.externalId, thing);
          return { ...listing, things: [...seen.values()] };
        },
      };
    },
    fails: ["list: does not list what was taken away"],
  },
};
