import type { Settings } from "@drett/core";

export const SETTINGS = {
  url: { type: "text", meaning: "where the cloud answers, such as `http://127.0.0.1:4000`" },
  account: { type: "text", default: "main", meaning: "the account of resources that name no scope" },
  caller: { type: "text", default: "drett", meaning: "who it says to be, for the journal of the cloud" },
  tag: { type: "text", default: "drett", meaning: "the tag that holds the id that drett gave" },
  findable: {
    type: "choice",
    of: ["named", "searched", "no"],
    default: "searched",
    meaning: "how a thing is found by the id that drett gave: it is its id; by its tag; not at all",
  },
  identity: {
    type: "choice",
    of: ["unique", "guarded", "reused"],
    default: "guarded",
    meaning:
      "whether an id may come to mean another thing: never; perhaps, but only what carries the tag is deleted; yes",
  },
  lag: {
    type: "duration",
    least: 0,
    most: 3_600,
    default: 0,
    meaning: "how long something new may not be found: until then, not found proves nothing",
  },
} as const satisfies Settings;
