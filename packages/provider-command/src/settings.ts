import type { Settings, Values } from "@drett/core";

/** What may stand beside `use: command`. */
export const SETTINGS = {
  free: { type: "list", meaning: "the program that asks for a resource to be deleted, and its arguments" },
  look: { type: "list", meaning: "the one that says whether a resource exists, by its external id" },
  find: { type: "list", meaning: "the one that prints the external ids of what carries a drett id" },
  list: { type: "list", meaning: "the one that prints everything in a scope that carries a drett id" },
  sees: {
    type: "list",
    meaning:
      "the one that succeeds only where all of a scope would be seen; without it, nothing is proven gone",
  },
  findable: {
    type: "choice",
    of: ["named", "searched", "no"],
    meaning: "how what came of an intent is found; `searched` where there is `find`, else `no`",
  },
  identity: {
    type: "choice",
    of: ["unique", "guarded", "reused"],
    default: "reused",
    meaning: "whether an external id may come to mean another thing",
  },
  external_id_prefix: { type: "text", meaning: "what every external id begins with; others are not touched" },
  account: { type: "text", meaning: "what the first line that `sees` prints must be" },
  list_begins_with: {
    type: "choice",
    of: ["id", "external_id"],
    default: "id",
    meaning: "which of the two stands first in a line that `list` prints",
  },
  present_lines: {
    type: "list",
    meaning: "the lines that `look` prints of what exists; any, where none is named",
  },
  gone_lines: { type: "list", meaning: "the lines that `look` prints of what is gone" },
  gone_if_empty: {
    type: "flag",
    default: false,
    meaning: "whether it is gone where `look` prints nothing at all",
  },
  gone_when: {
    type: "list",
    default: [],
    meaning: "texts on standard error by which a program that fails says that there is no such thing",
  },
  denied_when: { type: "list", default: [], meaning: "texts by which it says that it may not" },
  later_when: { type: "list", default: [], meaning: "texts by which it says that it cannot now" },
  environment: { type: "list", default: [], meaning: "variables for the programs, as NAME=value" },
  pass_environment: {
    type: "list",
    default: [],
    meaning: "names of variables of the server that the programs get, beside PATH, HOME and LANG",
  },
  directory: { type: "path", default: ".", meaning: "the folder that the programs run in" },
  time_limit: { type: "duration", least: 1, most: 3_600, default: 60, meaning: "how long one may run" },
  output_limit: {
    type: "integer",
    least: 1_024,
    most: 67_108_864,
    default: 1_048_576,
    meaning: "how many bytes one may print",
  },
} as const satisfies Settings;

export type CommandSettings = Values<typeof SETTINGS>;
