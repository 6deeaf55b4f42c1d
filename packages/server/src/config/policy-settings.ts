import { MODES, SETTLE_SECONDS, type Settings, ATTEMPTS as USUAL } from "@drett/core";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What may stand beside the match of a policy. `docs/policies.md` is held against these. */
export const POLICY = {
  mode: {
    type: "choice",
    of: MODES,
    default: "observe",
    meaning: "`observe`: nothing is freed; `ask`: plans wait for a person; `auto`: what is due is freed",
  },
  grace: {
    type: "duration",
    least: 0,
    most: 30 * DAY,
    default: 15 * MINUTE,
    meaning: "how long what is due is left to its owner",
  },
  never_created: {
    type: "choice",
    of: ["propose", "settle"],
    default: "propose",
    meaning:
      "what becomes of an intent that was asked for twice and not found: a person is asked, or it is settled",
  },
  start_freeze: {
    type: "duration",
    least: 0,
    most: DAY,
    default: 5 * MINUTE,
    meaning: "for how long after its start a server frees nothing",
  },
  settle: {
    type: "duration",
    least: 1,
    most: HOUR,
    default: SETTLE_SECONDS,
    meaning: "how far apart two looks, or two searches, must be to prove anything",
  },
  new: {
    type: "flag",
    default: false,
    meaning: "what it names may be new: no record has to have had it",
  },
} as const satisfies Settings;

export const ATTEMPTS = {
  most: {
    type: "integer",
    least: 1,
    most: 100,
    default: USUAL.most,
    meaning: "after so many attempts in a row it is stuck: with these pauses, after most of a day",
  },
  limit: {
    type: "duration",
    least: 5,
    most: HOUR,
    default: USUAL.limitSeconds,
    meaning: "how long one attempt may take",
  },
  first_pause: {
    type: "duration",
    least: 1,
    most: HOUR,
    default: USUAL.firstPauseSeconds,
    meaning: "the pause after the first attempt; each further one is twice as long",
  },
  longest_pause: {
    type: "duration",
    least: 1,
    most: DAY,
    default: USUAL.longestPauseSeconds,
    meaning: "no pause between attempts is longer",
  },
  stuck_pause: {
    type: "duration",
    least: MINUTE,
    most: 30 * DAY,
    default: USUAL.stuckPauseSeconds,
    meaning: "the pause between attempts once it is stuck",
  },
} as const satisfies Settings;

/** Without a default: whoever lets anything be freed says how fast. */
export const BUDGET = {
  count: {
    type: "integer",
    least: 0,
    most: 1_000_000,
    meaning: "how many resources may be freed in a window; 0: none",
  },
  percent: {
    type: "integer",
    least: 0,
    most: 100,
    meaning:
      "how many percent of what it matches and is live, or was freed by it in the window, rounded up; 0: none",
  },
  window: {
    type: "duration",
    least: 10,
    most: DAY,
    meaning: "how long a window is",
  },
} as const satisfies Settings;
