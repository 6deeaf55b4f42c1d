import { hostname } from "node:os";
import type { Provider } from "@drett/core";
import { type Carrier, type Scan, scan } from "./carriers.ts";
import { formatExternalId } from "./external-id.ts";
import { end } from "./free.ts";
import { cannotTell, lookAt } from "./look.ts";
import { hasNameOfMachine, isInContainer, PROC, placeIn } from "./proc.ts";
import { obstacleIn, suspects, type Users } from "./sight.ts";

export interface ProcessOptions {
  /** What this machine is called in what is registered. */
  readonly scope?: string | undefined;
  /** Which variable of its environment holds a process's drett id. */
  readonly variable?: string;
  readonly graceSeconds?: number;
  readonly users?: Users;
  /** Where the kernel tells of its processes. */
  readonly proc?: string;
}

/** Throws where there is no /proc, so on anything but Linux. */
export function openProcesses(options: ProcessOptions = {}): Provider {
  const { scope: ours = hostname(), variable = "DRETT_RESOURCE", users = "all", proc = PROC } = options;
  const ending = { proc, variable, graceMs: (options.graceSeconds ?? 10) * 1_000 };
  placeIn(proc);
  const isNamedAsMachine = options.scope === undefined && isInContainer(proc) && hasNameOfMachine(proc);
  const isElsewhere = (scope: string | undefined) => scope !== undefined && scope !== ours;
  const elsewhere = (scope: string | undefined) =>
    cannotTell(`the scope ${scope} is not ${ours}, for which this provider answers`);
  const externalIdOf = ({ pid, start }: Carrier) => formatExternalId({ ...placeIn(proc), pid, start });

  /** Why what was not found could be there all the same. */
  function doubt(scope: string | undefined, hidden: Scan["hidden"], since?: number): string | undefined {
    if (scope === undefined) return `no scope says that it would be on this machine, ${ours}`;
    if (isNamedAsMachine)
      return `this server runs in a container under the machine's name, and does not see the machine's processes: set \`scope\` to what the engines in the container say`;
    const [first] = suspects(proc, hidden, users, since);
    return obstacleIn(proc, users) ?? (first && `process ${first.pid} hides its environment, and may be it`);
  }

  return {
    name: "process",
    findable: "searched",
    identity: "guarded",

    async sees(scope, signal) {
      signal.throwIfAborted();
      placeIn(proc);
      if (isElsewhere(scope)) return elsewhere(scope);
      const reason = doubt(scope, []);
      return reason === undefined
        ? { answer: "yes", as: `uid ${process.geteuid?.()}` }
        : { answer: "no", reason };
    },

    async free(target, signal) {
      signal.throwIfAborted();
      return isElsewhere(target.scope)
        ? elsewhere(target.scope)
        : await orAborted(end(ending, target, signal), signal);
    },

    async look(target, signal) {
      signal.throwIfAborted();
      if (isElsewhere(target.scope)) return elsewhere(target.scope);
      const seen = lookAt(proc, target);
      return seen.answer === "present" ? { answer: "present" } : seen;
    },

    async find({ id, scope, since }, signal) {
      signal.throwIfAborted();
      if (isElsewhere(scope)) return elsewhere(scope);
      const { carriers, hidden } = await orAborted(scan(proc, variable, signal), signal);
      const externalIds = carriers.filter((it) => it.id === id).map(externalIdOf);
      const reason = externalIds.length > 0 ? undefined : doubt(scope, hidden, since);
      return reason === undefined ? { answer: "found", externalIds } : cannotTell(reason);
    },

    async list(scope, signal) {
      signal.throwIfAborted();
      if (isElsewhere(scope)) return elsewhere(scope);
      const { carriers, hidden } = await orAborted(scan(proc, variable, signal), signal);
      const things = carriers.map((it) => ({ id: it.id, externalId: externalIdOf(it) }));
      return { answer: "listed", things, isComplete: doubt(scope, hidden) === undefined };
    },
  };
}

/** The kernel may keep a reader waiting, for as long as a process hangs whose environment it wants to read. */
function orAborted<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  call.then(resolve, reject);
  return promise.finally(() => signal.removeEventListener("abort", abort));
}
