import type { Provider } from "@drett/core";
import type { Mistakes } from "./mistake.ts";

export const ENDING: Mistakes = {
  "hears no signal": {
    make: (right) => aware(right, (call) => call(new AbortController().signal)),
    fails: [
      "ending: answers cannot-tell where its time is over before it begins, and touches nothing",
      "ending: answers cannot-tell where nobody answered until its signal aborted",
    ],
  },
  "closes once": {
    make(right) {
      let isClosed = false;
      const close = async () => {
        if (isClosed) throw new Error("it is closed already");
        isClosed = true;
      };
      return { ...right, close };
    },
    fails: ["close: closes where nothing was asked, and does no harm twice"],
  },
  "hangs where it is told to end": {
    make: (right) => aware(right, (call, signal) => (signal.aborted ? new Promise(() => {}) : call(signal))),
    fails: ["ending: answers cannot-tell where its time is over before it begins, and touches nothing"],
  },
  "waits for an answer that does not come": {
    make: (right) =>
      aware(right, (call, signal) =>
        call(signal).catch((error) => (signal.aborted ? new Promise(() => {}) : Promise.reject(error))),
      ),
    fails: [
      "ending: ends soon after its signal aborts",
      "ending: answers cannot-tell where nobody answered until its signal aborted",
    ],
  },
  "is useless once a call was aborted": {
    make(right) {
      const aborted: AbortSignal[] = [];
      return aware(right, (call, signal) => {
        if (signal.aborted) aborted.push(signal);
        return call(aborted[0] ?? signal);
      });
    },
    fails: ["ending: takes another call after one that was aborted"],
  },
  "has no name, and words of its own": {
    make: (right) => ({ ...right, name: "", identity: "mostly" as "unique" }),
    fails: ["seam: has a name", "seam: says whether an external id may come to mean another thing"],
  },
};

type Call = <Answer>(ask: (signal: AbortSignal) => Promise<Answer>, signal: AbortSignal) => Promise<Answer>;

/** Does something else with each call's signal. */
const aware = (right: Required<Provider>, call: Call): Provider => ({
  ...right,
  sees: (scope, signal) => call((it) => right.sees(scope, it), signal),
  free: (target, signal) => call((it) => right.free(target, it), signal),
  look: (target, signal) => call((it) => right.look(target, it), signal),
  find: (subject, signal) => call((it) => right.find(subject, it), signal),
  list: (scope, signal) => call((it) => right.list(scope, it), signal),
});
