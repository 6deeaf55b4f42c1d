import type { Fault } from "@drett/fake-cloud";

/** Shorter than the lag that the provider is told of. */
const HIDDEN_MS = 700;
/** A delete that comes later than its claim lasts could not be called drett's. */
const SLOW_MS = 800;

/** What goes wrong with the cloud all the time, for engines and drett alike. */
export const CLOUD_FAULTS: readonly Fault[] = [
  { on: "create", fault: "lost-reply", chance: 0.04 },
  { on: "create", fault: "lost-request", chance: 0.01 },
  { on: "create", fault: "error-after", chance: 0.02 },
  { on: "create", fault: "error-before", chance: 0.02 },
  { on: "create", fault: "throttled", chance: 0.02 },
  { on: "create", fault: "slow", chance: 0.04, ms: SLOW_MS },
  { on: "create", fault: "unlisted", chance: 0.1, ms: HIDDEN_MS },
  { on: "create", fault: "unseen", chance: 0.03, ms: HIDDEN_MS },
  { on: "delete", fault: "lost-reply", chance: 0.03 },
  { on: "delete", fault: "error-after", chance: 0.02 },
  { on: "delete", fault: "error-before", chance: 0.02 },
  { on: "delete", fault: "throttled", chance: 0.03 },
  { on: "delete", fault: "never-gone", chance: 0.04 },
  { on: "delete", fault: "denied", chance: 0.01 },
  { on: "delete", fault: "slow", chance: 0.02, ms: SLOW_MS },
  { on: "describe", fault: "throttled", chance: 0.03 },
  { on: "describe", fault: "error-before", chance: 0.02 },
  { on: "describe", fault: "lost-reply", chance: 0.01 },
  { on: "describe", fault: "slow", chance: 0.02, ms: SLOW_MS },
  { on: "list", fault: "broken-off", chance: 0.05 },
  { on: "list", fault: "throttled", chance: 0.03 },
  { on: "list", fault: "error-before", chance: 0.02 },
  { on: "account", fault: "error-before", chance: 0.02 },
  { on: "account", fault: "denied", chance: 0.01 },
];
